use std::collections::BTreeSet;

use carillon_model::fact::{
    AppOrigin, AppVisit, ApprovalFinished, Attendance, AttendanceEvent, GroupMessage, Steps, VideoMeeting,
};
use serde_json::{Value, json};

use crate::exclusive::fixture::{Fixture, open};

const PATH: &str = "/topapi/kac/datav/annual_report/get";
/// NOW is 9 October 2025, so this is a day of 2024.
const LAST_YEAR: i64 = 300;

fn with_facts() -> Fixture {
    let fixture = open();
    let visit = |app: &str| AppVisit {
        app_id: app.to_owned(),
        app_name: app.to_owned(),
        app_origin: AppOrigin::SelfBuilt,
        count: 3,
    };
    for day in [LAST_YEAR, LAST_YEAR + 1] {
        fixture.record_login(day, "b", "8.0.0");
        fixture.record_fact(day, "b", visit("app1"));
        fixture.record_fact(day, "c", visit("app1"));
        fixture.record_fact(day, "b", Attendance { event: AttendanceEvent::Clocked, count: 2 });
        fixture.record_fact(day, "c", Attendance { event: AttendanceEvent::Clocked, count: 1 });
        fixture.record_fact(day, "b", Steps { count: u32::try_from(day * 10).unwrap() });
        for group in ["g1", "g2"] {
            fixture.record_fact(day, "b", GroupMessage { open_conversation_id: group.to_owned(), count: 4 });
        }
    }
    for duration_ms in [600_000, 900_000] {
        fixture.record_fact(LAST_YEAR, "a", ApprovalFinished { duration_ms });
    }
    fixture.record_fact(
        LAST_YEAR,
        "b",
        VideoMeeting {
            conference_id: "m".to_owned(),
            logical_conference_id: None,
            title: String::new(),
            duration_ms: 1_830_000,
            invited_count: 2,
            connected: true,
        },
    );
    // Facts of this year are not in the report of the last.
    fixture.record_fact(0, "b", Steps { count: 99_999 });
    fixture
}

fn report(fixture: &Fixture, fields: &Value) -> Value {
    let mut request = json!({ "year": "2024" });
    request.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    fixture.server.ok(PATH, &request)["result"].clone()
}

/// Fields by report type, from the notes of the documentation.
const ONE: &str = "join_calendar_user_cnt_1y send_ding_user_cnt_1y send_message_group_cnt_1y join_succ_voip_conf_user_cnt_1y \
                   join_succ_video_conf_user_cnt_1y general_form_user_cnt_1y";
const ONE_OR_TWO: &str = "min_process_duration_1y send_calendar_user_cnt_1y create_process_cnt_1y send_group_msg_user_cnt_1y \
                          avg_process_duration_1y send_report_user_cnt_1y corp_app_process_inst_cnt_1y use_doc_user_cnt_1y \
                          use_micro_user_cnt_1y";
const ONE_OR_THREE: &str = "new_group_cnt_1y send_group_msg_cnt_1y";
const THREE: &str = "max_step_count_1y use_smartwork_cnt_1y recv_ding_cnt_1y act_usr_days_1y join_group_cnt_1y \
                     start_succ_video_conf_len_1y at_me_msg_cnt_1y inner_group_cnt_1y";
const ALL: &str = "isw_msg_click_cnt_1y send_ding_cnt_1y join_calendar_cnt_1y send_group_file_message_cnt_1y create_doc_cnt_1y \
                   create_smartwork_cnt_1y send_calendar_cnt_1y send_report_cnt_1y outside_days_1y \
                   process_inst_operate_cnt_1y process_inst_submit_cnt_1y at_check_days_1y live_join_succ_time_len_1y \
                   live_join_succ_cnt_1y join_succ_voip_conf_len_1y join_succ_voip_conf_num_1y join_succ_video_conf_len_1y \
                   join_succ_video_conf_num_1y use_micro_app_cnt_1y";
const TEXTS: &str = "isw_msg_click_cnt_1y min_process_duration_1y avg_process_duration_1y live_join_succ_time_len_1y \
                     join_succ_voip_conf_len_1y join_succ_video_conf_len_1y";

#[test]
fn each_report_has_its_exact_fields_and_types() {
    let fixture = with_facts();
    let of = |kinds: &[&'static str]| -> BTreeSet<&str> {
        kinds.iter().flat_map(|list| list.split_whitespace()).collect()
    };
    for (fields, expected) in [
        (json!({ "type": 1 }), of(&[ONE, ONE_OR_TWO, ONE_OR_THREE, ALL])),
        (json!({ "type": 2, "dept_id": fixture.dept }), of(&[ONE_OR_TWO, ALL])),
        (json!({ "type": 3, "user_id": "b" }), of(&[ONE_OR_THREE, THREE, ALL])),
    ] {
        let report = report(&fixture, &fields);
        let report = report.as_object().unwrap();
        assert_eq!(report.keys().map(String::as_str).collect::<BTreeSet<_>>(), expected, "{fields}");
        for (name, value) in report {
            let is_text = TEXTS.split_whitespace().any(|text| text == name);
            assert_eq!(value.is_string(), is_text, "{name}");
            assert_eq!(value.is_u64(), !is_text, "{name}");
        }
    }
}

#[test]
fn a_year_of_the_organisation_a_department_and_a_member() {
    let fixture = with_facts();
    let expect = |report: &Value, expected: Value| {
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(&report[name], value, "{name}");
        }
    };
    let organisation = report(&fixture, &json!({ "type": 1 }));
    let expected = json!({
        "send_message_group_cnt_1y": 2, "send_group_msg_cnt_1y": 16, "send_group_msg_user_cnt_1y": 1,
        "use_micro_user_cnt_1y": 2, "use_micro_app_cnt_1y": 4, "at_check_days_1y": 4, "min_process_duration_1y": "10.0",
        "avg_process_duration_1y": "12.5", "isw_msg_click_cnt_1y": "0",
    });
    expect(&organisation, expected);
    let department = report(&fixture, &json!({ "type": "2", "dept_id": fixture.dept.to_string() }));
    let expected = json!({
        "send_group_msg_user_cnt_1y": 1, "use_micro_user_cnt_1y": 2, "at_check_days_1y": 4,
        // The approvals are those of a member outside of the department.
        "min_process_duration_1y": "0.0", "avg_process_duration_1y": "0.0",
    });
    expect(&department, expected);
    let member = report(&fixture, &json!({ "type": 3, "user_id": "b" }));
    let expected = json!({
        "max_step_count_1y": 3010, "act_usr_days_1y": 2, "at_check_days_1y": 2, "send_group_msg_cnt_1y": 16,
        "use_micro_app_cnt_1y": 2, "start_succ_video_conf_len_1y": 31,
    });
    expect(&member, expected);
    assert_eq!(report(&fixture, &json!({ "type": 3, "user_id": "d" }))["send_group_msg_cnt_1y"], 0);
}

#[test]
fn bad_requests_name_the_field() {
    let fixture = open();
    let message = |fields: Value| {
        let answer = fixture.server.call(PATH, &fields);
        (answer["errcode"].as_i64().unwrap(), answer["errmsg"].as_str().unwrap().to_owned())
    };
    for (fields, code, expected) in [
        (json!({ "type": 1 }), 40035, "year is missing"),
        (json!({ "year": "2024" }), 40035, "type is missing"),
        (json!({ "year": "2024", "type": 4 }), 40035, "type must be one of 1, 2, 3"),
        (json!({ "year": "2025", "type": 1 }), 40035, "year is not over yet"),
        (json!({ "year": "2026", "type": 1 }), 40035, "year is not over yet"),
        (json!({ "year": "24", "type": 1 }), 40035, "year is no year of four digits"),
        (json!({ "year": "二〇二四", "type": 1 }), 40035, "year is no year of four digits"),
        (json!({ "year": "2024", "type": 2 }), 40035, "dept_id is needed for type 2"),
        (json!({ "year": "2024", "type": 3 }), 40035, "user_id is needed for type 3"),
        (
            json!({ "year": "2024", "type": 3, "user_id": "u".repeat(129) }),
            40035,
            "user_id must have at most 128 characters",
        ),
        (json!({ "year": "2024", "type": 2, "dept_id": 4711 }), 60003, "4711"),
        (json!({ "year": "2024", "type": 3, "user_id": "nobody" }), 33012, "nobody"),
    ] {
        let (found, message) = message(fields.clone());
        assert_eq!(found, code, "{fields}: {message}");
        assert!(message.ends_with(expected), "{fields}: {message}");
    }
    fixture.server.ok(PATH, &json!({ "year": 2024, "type": 1 }));
}

/// The report in chapters has every number of the vendor's report, and no other.
#[test]
fn the_report_in_chapters_has_the_same_numbers() {
    let fixture = with_facts();
    for (fields, query) in [
        (json!({ "type": 1 }), String::new()),
        (json!({ "type": 2, "dept_id": fixture.dept }), format!("&deptId={}", fixture.dept)),
    ] {
        let expected = report(&fixture, &fields);
        let answer = fixture.get(&format!("/v1.0/carillon/reports/get?year=2024{query}"));
        let mut found = serde_json::Map::new();
        for chapter in answer["chapters"].as_array().unwrap() {
            for number in chapter["numbers"].as_array().unwrap() {
                let code = number["code"].as_str().unwrap();
                let text = number["number"].as_str().unwrap();
                let is_text = TEXTS.split_whitespace().any(|name| name == code);
                let value = if is_text { json!(text) } else { serde_json::from_str(text).unwrap() };
                assert!(found.insert(code.to_owned(), value).is_none(), "{code} is there twice");
            }
        }
        assert_eq!(Value::Object(found), expected, "{fields}");
    }
    let years = fixture.get("/v1.0/carillon/reports/years");
    let year = json!({ "year": 2024, "days": 2, "daysDone": 0, "isReady": false });
    assert_eq!(years["years"], json!([year]), "the job has not run, and this year is not over");
    assert_eq!(fixture.refused("/v1.0/carillon/reports/get?year=2025").0, 400);
    assert_eq!(fixture.refused("/v1.0/carillon/reports/get?year=2024&deptId=999").0, 400);
}
