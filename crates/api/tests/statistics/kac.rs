use serde_json::{Value, json};

use crate::statistics::fixture::{DAY, Fixture, busy_day};

fn busy() -> Fixture {
    let fixture = Fixture::new();
    fixture.send_facts(&busy_day());
    fixture
}

#[test]
fn totals_of_the_organisation() {
    let fixture = busy();
    let lives = json!({ "param_video_live_summary_request": { "data_id": DAY } });
    assert_eq!(
        fixture.result("datav/videolive/get", lives),
        json!({ "live_launch_succ5min_cnt": 1, "live_launch_succ_cnt": 2, "live_play_cnt": 2, "live_play_user_cnt": 1,
                "live_succ_time_len": "10.5", "max_user_cnt": 1, "watch_group_live_user_cnt": 2 }),
    );
    assert_eq!(
        fixture.day("v2/datav/videoconf/get"),
        json!({ "join_video_conf_len": 2_700_000, "join_video_conf_secc_usr_cnt": 2, "join_video_conf_secc_usr_num": 2,
                "join_video_conf_usr_cnt": 3, "start_video_conf_cnt": 2, "start_video_conf_secc_cnt": 1,
                "start_video_conf_usr_num": 1, "video_conf_ave_usr_num": 2, "join_video_conf_len_min": "45.0",
                "start_video_conf_len_min": "30.0" }),
    );
    let request = json!({ "request": { "data_id": DAY } });
    let newer = fixture.server.ok("/topapi/kac/v2/datav/videoconf/get", &request);
    assert!(newer.get("errormsg").is_none(), "{newer}");
    // An old client has other names for the request and for `errmsg`, and lacks the minutes.
    let (path, day) = ("/topapi/kac/datav/videoconf/get", &request["request"]);
    for wrapper in ["param_mcs_summary_request", "request"] {
        let older = fixture.server.ok(path, &json!({ wrapper: day }));
        assert_eq!((&older["errmsg"], &older["errormsg"]), (&json!("ok"), &json!("ok")));
        let mut numbers = newer["result"].as_object().unwrap().clone();
        numbers.retain(|name, _| !name.ends_with("_len_min"));
        assert_eq!(older["result"], json!(numbers));
    }
    for wrong in [json!({}), json!({ "param_mcs_summary_request": { "data_id": "today" } })] {
        let refused = fixture.server.call(path, &wrong);
        assert_ne!(refused["errcode"], 0);
        assert_eq!(refused["errormsg"], refused["errmsg"], "{refused}");
    }
    let denied = fixture.server.post(&format!("{path}?access_token=x"), "application/json", b"{}");
    assert_eq!((&denied["errcode"], &denied["errormsg"]), (&json!(88), &denied["sub_msg"]));
    assert_eq!(
        fixture.day("datav/telconf/get"),
        json!({ "call_count": 1, "call_duration": "120.0", "call_join_pv": 2, "call_duration_min": "2.0" }),
    );
    assert_eq!(fixture.day("datav/group/get"), json!({ "inner_group_cnt": 2, "dept_group_cnt": 1 }));
    assert_eq!(
        fixture.day("datav/chat/summary/get"),
        json!({ "group_chat_user_count": 2, "message_total_count": 11, "message_user_count": 3, "chat_user_count": 2,
                "group_count": 2, "new_group_count": 1, "active_group_count": 2, "group_message_count": 7,
                "single_message_count": 4, "message_avg_count": "3.7", "group_send_file_message_count": "4" }),
    );
    assert_eq!(
        fixture.day("datav/dau/summary/get"),
        json!({ "daily_active_users": 2, "activated_count": 2, "contacts_count": 4, "chat_user_count": 3,
                "app_active_users": 2, "pc_active_users": 1 }),
    );
    let dings = json!({ "ding_usage_summary_request": { "data_id": DAY } });
    assert_eq!(
        fixture.result("datav/ding/get", dings),
        json!({ "ding_voip_cnt": 1, "ding_call_cnt": 1, "ding_sms_cnt": 1, "ding_app_cnt": 2, "ding_cnt": 5,
                "ding_voip_user_cnt": 1, "ding_call_user_cnt": 1, "ding_sms_user_cnt": 1, "ding_app_user_cnt": 1,
                "ding_user_cnt": 2 }),
    );
}

#[test]
fn departments_with_their_descendants() {
    let fixture = busy();
    let (dept, other) = (fixture.dept, fixture.other);
    let named = |id: i64, name: &str, rest: Value| {
        let mut row = json!({ "dept_id": id, "dept_name": name });
        row.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        row
    };
    let three = |rows: [Value; 3]| {
        let [root, first, second] = rows;
        vec![named(1, "测试", root), named(dept, "一部", first), named(other, "二部", second)]
    };
    let live = |launched: u64, length: &str, viewers: u64| json!({ "live_launch_count": launched, "live_time_length": length, "live_play_user_count": viewers });
    assert_eq!(
        fixture.list("datav/dept/videolive/list"),
        three([live(2, "10.5", 1), live(1, "10.0", 1), live(0, "0.0", 0)]),
    );
    let meeting = |joined: u64, average: &str, started: u64, length: &str| json!({ "join_count": joined, "start_avg_len_min": average, "start_count": started, "start_len_min": length });
    assert_eq!(
        fixture.list("datav/dept/videoconf/list"),
        three([meeting(2, "15.0", 2, "30.0"), meeting(2, "15.0", 2, "30.0"), meeting(0, "0.0", 0, "0.0")]),
    );
    assert_eq!(
        fixture.list("datav/dept/telconf/list"),
        three([meeting(2, "2.0", 1, "2.0"), meeting(0, "0.0", 0, "0.0"), meeting(1, "2.0", 1, "2.0")]),
    );
    let chat = |average: &str, senders: [u64; 3], messages: [u64; 3], files: &str| {
        json!({ "send_message_avg_cnt": average, "send_group_message_user_cnt": senders[0],
                "send_single_message_user_cnt": senders[1], "send_message_user_cnt": senders[2],
                "group_message_cnt": messages[0], "single_message_cnt": messages[1], "message_cnt": messages[2],
                "group_send_file_message_cnt": files })
    };
    assert_eq!(
        fixture.list("datav/dept/chat/summary/list"),
        three([
            chat("3.7", [2, 2, 3], [7, 4, 11], "4"),
            chat("5.0", [2, 1, 2], [7, 3, 10], "4"),
            chat("1.0", [0, 1, 1], [0, 1, 1], "0"),
        ]),
    );
    let active = |all: u64, members: u64, pc: u64, app: u64| json!({ "daily_active_users": all, "contacts_number": members, "pc_active_users": pc, "app_active_users": app });
    assert_eq!(
        fixture.list("datav/dept/dau/list"),
        three([active(2, 4, 1, 2), active(1, 2, 1, 1), active(1, 1, 0, 1)]),
    );
    let dings = |counts: [u64; 5], users: [u64; 5], total: &str| {
        let names = ["voip", "call", "sms", "app"];
        let mut row =
            json!({ "ding_cnt": counts[4], "ding_user_cnt": users[4], "send_ding_total_cnt": total });
        for (index, name) in names.into_iter().enumerate() {
            row[format!("ding_{name}_cnt")] = counts[index].into();
            row[format!("ding_{name}_user_cnt")] = users[index].into();
        }
        row
    };
    assert_eq!(
        fixture.list("datav/dept/ding/list"),
        three([
            dings([1, 1, 1, 2, 5], [1, 1, 1, 1, 2], "12"),
            dings([0, 0, 1, 2, 3], [0, 0, 1, 1, 1], "10"),
            dings([1, 1, 0, 0, 2], [1, 1, 0, 0, 1], "2"),
        ]),
    );
}

#[test]
fn one_department_or_the_children_of_one() {
    let fixture = busy();
    let ids = |filter: Value| -> Vec<i64> {
        let mut request = json!({ "data_id": DAY, "cursor": "0", "size": "10" });
        request.as_object_mut().unwrap().extend(filter.as_object().unwrap().clone());
        let result = fixture.result("datav/dept/dau/list", json!({ "request": request }));
        result["data"].as_array().unwrap().iter().map(|row| row["dept_id"].as_i64().unwrap()).collect()
    };
    assert_eq!(ids(json!({})), [1, fixture.dept, fixture.other]);
    assert_eq!(ids(json!({ "deptId": fixture.dept.to_string() })), [fixture.dept]);
    assert_eq!(ids(json!({ "superDeptId": "1" })), [fixture.dept, fixture.other]);
    assert_eq!(ids(json!({ "deptId": "999" })), [0_i64; 0]);
}

#[test]
fn lives_and_meetings_one_by_one() {
    let fixture = busy();
    let lives = fixture.list("datav/videolive/detail/list");
    assert_eq!(
        lives[0],
        json!({ "openConversationId": "g1", "cid": "g1", "group_name": "群", "group_user_count": 9, "live_watch_count": 2,
                "live_watch_duration": "600", "live_watch_end_time": "2025-10-09 11:03:20",
                "live_watch_start_time": "2025-10-09 10:53:20", "live_watch_title": "课", "live_watch_user_count": 1,
                "userid": "ann", "staff_name": "名ann", "uuid": "live-1", "dept_id": fixture.dept, "dept_name": "一部",
                "staff_job_num": "J0", "live_watch_duration_min": "10.0" }),
    );
    assert_eq!((&lives[1]["userid"], &lives[1]["dept_id"], lives.len()), (&json!("dan"), &json!(-1), 2));

    for group in ["openConversationId", "cid"] {
        let request = json!({ "request": { group: "g1", "live_uuid": "live-1", "cursor": 0, "size": 500 } });
        assert_eq!(
            fixture.result("datav/videolive/viewer/list", request)["data"],
            json!([
                { "play_duration": 360_000, "play_duration_min": "6.0", "play_record_duration": 90_000,
                  "play_record_duration_min": "1.5", "userid": "bob" },
                { "play_duration": 0, "play_duration_min": "0.0", "play_record_duration": 120_000,
                  "play_record_duration_min": "2.0", "userid": "cat" },
            ]),
        );
    }
    let request = json!({ "request": { "cid": "another", "live_uuid": "live-1", "cursor": 0, "size": 1 } });
    assert_eq!(fixture.result("datav/videolive/viewer/list", request)["data"], json!([]));

    assert_eq!(
        fixture.list("datav/videoconf/detail/list"),
        [json!({ "conf_id": "conf-1", "conf_len_min": "30.0", "dept_id": fixture.dept, "dept_name": "一部",
                 "end_time": "2025-10-09 13:23:20", "join_user_count": 2, "userid": "ann", "staff_job_num": "J0",
                 "staff_name": "名ann", "start_time": "2025-10-09 12:53:20" })],
    );
    assert_eq!(
        fixture.list("datav/telconf/detail/list"),
        [json!({ "conf_id": "tel-1", "conf_len_min": "2.0", "dept_id": fixture.other, "dept_name": "二部",
                 "end_time": "2025-10-09 12:55:20", "join_user_count": 2, "userid": "cat", "staff_job_num": "J2",
                 "staff_name": "名cat", "start_time": "2025-10-09 12:53:20" })],
    );
}

#[test]
fn members_who_watched_nothing_are_not_viewers() {
    let fixture = busy();
    let nothing = json!({ "liveId": "live-1", "liveMs": 0, "replayMs": 0 });
    fixture.send_facts(&[crate::statistics::fixture::fact("35", "dan", 4, "live_viewing", nothing)]);
    let request =
        json!({ "request": { "openConversationId": "g1", "live_uuid": "live-1", "cursor": 0, "size": 500 } });
    let viewers = fixture.result("datav/videolive/viewer/list", request);
    let names: Vec<&Value> =
        viewers["data"].as_array().unwrap().iter().map(|viewer| &viewer["userid"]).collect();
    assert_eq!(names, ["bob", "cat"]);
}

#[test]
fn apps_and_members_who_never_signed_in() {
    let fixture = busy();
    assert_eq!(
        fixture.list("datav/microapp/detail/list"),
        [
            json!({ "micro_app_name": "打卡", "micro_app_type": 2, "micro_app_user_count": 2 }),
            json!({ "micro_app_name": "食堂", "micro_app_type": 3, "micro_app_user_count": 1 }),
        ],
    );
    assert_eq!(
        fixture.list("datav/inactivated/user/list"),
        [
            json!({ "dept_id": fixture.dept, "dept_name": "一部", "userid": "bob", "staff_job_num": "J1", "staff_name": "名bob" }),
            json!({ "dept_id": 1, "dept_name": "测试", "userid": "dan", "staff_job_num": "J3", "staff_name": "名dan" }),
        ],
    );
}

#[test]
fn leavers_are_still_named() {
    let fixture = busy();
    fixture.server.ok("/topapi/v2/user/delete", &json!({ "userid": "ann" }));
    let meetings = fixture.list("datav/videoconf/detail/list");
    assert_eq!((&meetings[0]["userid"], &meetings[0]["staff_name"]), (&json!("ann"), &json!("名ann")));
    assert_eq!(fixture.day("datav/dau/summary/get")["daily_active_users"], 2);
}

#[test]
fn pages_stay_consistent_while_facts_arrive() {
    let fixture = busy();
    let page = |cursor: &Value| {
        let request = json!({ "request": { "data_id": DAY, "cursor": cursor, "size": 1 } });
        fixture.result("datav/videolive/detail/list", request)
    };
    let first = page(&json!(0));
    assert_eq!((&first["has_more"], &first["data"][0]["uuid"]), (&json!(true), &json!("live-1")));
    // A fact that happened earlier but arrives later comes last.
    let early = json!({ "liveId": "live-0", "openConversationId": "g1", "groupName": "群", "groupUserCount": 1,
                        "title": "早", "durationMs": 1, "succeeded": true });
    fixture.send_facts(&[crate::statistics::fixture::fact("34", "bob", 16, "live_session", early)]);
    let second = page(&first["next_cursor"]);
    assert_eq!((&second["has_more"], &second["data"][0]["uuid"]), (&json!(true), &json!("live-2")));
    let third = page(&second["next_cursor"]);
    assert_eq!((&third["has_more"], &third["data"][0]["uuid"]), (&json!(false), &json!("live-0")));
}
