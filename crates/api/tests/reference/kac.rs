//! `/topapi/kac`, numbers of a day: of the organisation, and by department.

use serde_json::{Value, json};

use crate::reference::compare::{Compared, LEGACY, succeeded};
use crate::reference::fixture::{Department, Fixture};
use crate::reference::oracle::{Facts, average, below, groups, half_up, in_units, minutes};

/// Numbers of the organisation on a day. Leavers count.
pub fn numbers(fixture: &Fixture, day: &str, compared: &mut Compared) {
    let facts = Facts::on(fixture, day);
    let cumulative = Facts::until(fixture, day);
    let mut check = |id: &str, path: &str, wrapper: &str, result: &Value| {
        let answer = fixture.legacy(&format!("/topapi/kac/{path}"), &json!({ wrapper: { "data_id": day } }));
        let mut expected = succeeded(result);
        if id == "statistics.videoconf_summary_legacy" {
            expected["errormsg"] = json!("ok");
        }
        compared.compare(id, day, &answer, &expected);
    };
    check(
        "statistics.live_summary",
        "datav/videolive/get",
        "param_video_live_summary_request",
        &lives(&facts),
    );
    let mut meetings = video(&facts);
    check("statistics.videoconf_summary", "v2/datav/videoconf/get", "request", &meetings);
    meetings.as_object_mut().unwrap().retain(|name, _| !name.ends_with("_len_min"));
    check(
        "statistics.videoconf_summary_legacy",
        "datav/videoconf/get",
        "param_mcs_summary_request",
        &meetings,
    );

    let calls = facts.kind("phone_meeting").with("connected", true);
    let ms = calls.sum("durationMs");
    let result = json!({
        "call_count": calls.fact_count(),
        "call_duration": in_units(ms, 1_000),
        "call_duration_min": minutes(ms),
        "call_join_pv": facts.kind("phone_participation").with("joined", true).fact_count(),
    });
    check("statistics.telconf_summary", "datav/telconf/get", "request", &result);

    let groups = groups(fixture, day, day);
    let result = json!({ "inner_group_cnt": groups.all, "dept_group_cnt": groups.departments });
    check("statistics.group_summary", "datav/group/get", "request", &result);

    let mut result = json!({
        "group_count": groups.all,
        "new_group_count": groups.new,
        "active_group_count": facts.kind("group_message").distinct_count("openConversationId"),
    });
    let chat = Chat::of(&facts);
    for (name, number) in [
        ("group_chat_user_count", json!(chat.group.people())),
        ("message_total_count", json!(chat.all.count())),
        ("message_user_count", json!(chat.all.people())),
        ("chat_user_count", json!(chat.single.people())),
        ("group_message_count", json!(chat.group.count())),
        ("single_message_count", json!(chat.single.count())),
        ("message_avg_count", json!(average(chat.all.count(), chat.all.people()))),
        ("group_send_file_message_count", json!(chat.files.count().to_string())),
    ] {
        result[name] = number;
    }
    check("statistics.chat_summary", "datav/chat/summary/get", "request", &result);

    let members = below(fixture.org_on(day), crate::reference::fixture::ROOT);
    let activated = cumulative.kind("login").who();
    let logins = Logins::of(&facts);
    let result = json!({
        "daily_active_users": logins.all,
        "app_active_users": logins.mobile,
        "pc_active_users": logins.desktop,
        "activated_count": members.intersection(&activated).count(),
        "contacts_count": members.len(),
        "chat_user_count": chat.all.people(),
    });
    check("statistics.dau_summary", "datav/dau/summary/get", "request", &result);
    check("statistics.ding_summary", "datav/ding/get", "ding_usage_summary_request", &dings(&facts));
}

fn lives(facts: &Facts<'_>) -> Value {
    let lives = facts.kind("live_session").with("succeeded", true);
    let viewings = facts.kind("live_viewing");
    let live = viewings.nonzero("liveMs");
    let five_minutes = lives.0.iter().filter(|record| record.fact["durationMs"].as_u64().unwrap() >= 300_000);
    let viewers = live.distinct("liveId").into_iter().map(|id| live.with("liveId", id).people());
    let mut watched = live.who();
    watched.extend(viewings.nonzero("replayMs").who());
    json!({
        "live_launch_succ_cnt": lives.fact_count(),
        "live_launch_succ5min_cnt": five_minutes.count(),
        "live_succ_time_len": minutes(lives.sum("durationMs")),
        "live_play_cnt": live.fact_count(),
        "live_play_user_cnt": live.people(),
        "max_user_cnt": viewers.max().unwrap_or_default(),
        "watch_group_live_user_cnt": watched.len(),
    })
}

fn video(facts: &Facts<'_>) -> Value {
    let started = facts.kind("video_meeting");
    let connected = started.with("connected", true);
    let invited = facts.kind("video_participation");
    let joined = invited.with("joined", true);
    let present = joined.sum("attendMs");
    json!({
        "start_video_conf_cnt": started.fact_count(),
        "start_video_conf_usr_num": started.people(),
        "start_video_conf_secc_cnt": connected.fact_count(),
        "start_video_conf_len_min": minutes(connected.sum("durationMs")),
        "join_video_conf_usr_cnt": invited.people(),
        "join_video_conf_secc_usr_cnt": joined.fact_count(),
        "join_video_conf_secc_usr_num": joined.people(),
        "join_video_conf_len": present,
        "join_video_conf_len_min": minutes(present),
        "video_conf_ave_usr_num": half_up(joined.fact_count(), connected.fact_count()),
    })
}

/// Facts of messages, by kind.
struct Chat<'w> {
    all: Facts<'w>,
    single: Facts<'w>,
    group: Facts<'w>,
    files: Facts<'w>,
}

impl<'w> Chat<'w> {
    fn of(facts: &Facts<'w>) -> Self {
        Self {
            all: facts.kinds("single_message", "group_message"),
            single: facts.kind("single_message"),
            group: facts.kind("group_message"),
            files: facts.kind("group_file"),
        }
    }
}

/// Numbers of members who signed in: in all, and by kind of client.
pub struct Logins {
    pub all: u64,
    pub mobile: u64,
    pub desktop: u64,
}

impl Logins {
    pub fn of(facts: &Facts<'_>) -> Self {
        let logins = facts.kind("login");
        let on = |clients: &[&str]| {
            let members = (logins.0.iter())
                .filter(|record| clients.contains(&record.fact["client"].as_str().unwrap()))
                .map(|record| record.who.unwrap());
            members.collect::<std::collections::BTreeSet<_>>().len() as u64
        };
        Self {
            all: logins.people(),
            mobile: on(&["iOS", "Android", "HarmonyOS", "MobileWeb"]),
            desktop: on(&["Windows", "macOS", "Linux", "Web"]),
        }
    }
}

fn dings(facts: &Facts<'_>) -> Value {
    let sent = facts.kind("ding_sent");
    let mut numbers = json!({ "ding_cnt": sent.count(), "ding_user_cnt": sent.people() });
    for kind in ["voip", "call", "sms", "app"] {
        let sent = sent.with("dingKind", kind);
        numbers[format!("ding_{kind}_cnt")] = json!(sent.count());
        numbers[format!("ding_{kind}_user_cnt")] = json!(sent.people());
    }
    numbers
}

/// Lists of departments. Each counts its descendants, as they were at the end of the day.
pub fn departments(fixture: &Fixture, day: &str, compared: &mut Compared) {
    let list = |path: &'static str, filter: Value| {
        move |cursor: &Value, size: usize| {
            let mut request = json!({ "data_id": day, "cursor": cursor, "size": size });
            request.as_object_mut().unwrap().extend(filter.as_object().unwrap().clone());
            fixture.legacy(&format!("/topapi/kac/datav/dept/{path}"), &json!({ "request": request }))
        }
    };
    for (id, path, row) in [
        ("statistics.dept_live_list", "videolive/list", live_row as fn(&Fixture, &str, i64) -> Value),
        ("statistics.dept_videoconf_list", "videoconf/list", |fixture, day, dept| {
            meetings(&Facts::below(fixture, day, dept), "video_meeting", "video_participation")
        }),
        ("statistics.dept_telconf_list", "telconf/list", |fixture, day, dept| {
            meetings(&Facts::below(fixture, day, dept), "phone_meeting", "phone_participation")
        }),
        ("statistics.dept_chat_list", "chat/summary/list", chat_row),
        ("statistics.dept_ding_list", "ding/list", ding_row),
        ("statistics.dept_dau_list", "dau/list", active_row),
    ] {
        let all = rows(fixture, day, row, |_, _| true);
        compared.pages(id, day, &all, &LEGACY, list(path, json!({})));
    }
    let id = "statistics.dept_dau_list";
    for dept in fixture.org_on(day).departments.keys() {
        let one = rows(fixture, day, active_row, |id, _| id == *dept);
        let filter = json!({ "deptId": dept.to_string() });
        compared.pages(id, &format!("{filter} on {day}"), &one, &LEGACY, list("dau/list", filter));
        let children = rows(fixture, day, active_row, |_, one| one.parent == Some(*dept));
        let filter = json!({ "superDeptId": dept.to_string() });
        compared.pages(id, &format!("{filter} on {day}"), &children, &LEGACY, list("dau/list", filter));
    }
}

fn rows(
    fixture: &Fixture,
    day: &str,
    row: fn(&Fixture, &str, i64) -> Value,
    is_included: impl Fn(i64, &Department) -> bool,
) -> Vec<Value> {
    let departments = fixture.org_on(day).departments.iter().filter(|(id, one)| is_included(**id, one));
    let row = |(id, department): (&i64, &Department)| {
        let mut row = row(fixture, day, *id);
        (row["dept_id"], row["dept_name"]) = (json!(id), json!(department.name));
        row
    };
    departments.map(row).collect()
}

fn live_row(fixture: &Fixture, day: &str, dept: i64) -> Value {
    let facts = Facts::below(fixture, day, dept);
    let lives = facts.kind("live_session").with("succeeded", true);
    json!({
        "live_launch_count": lives.fact_count(),
        "live_time_length": minutes(lives.sum("durationMs")),
        "live_play_user_count": facts.kind("live_viewing").nonzero("liveMs").people(),
    })
}

fn meetings(facts: &Facts<'_>, meeting: &str, participation: &str) -> Value {
    let started = facts.kind(meeting);
    let ms = started.with("connected", true).sum("durationMs");
    let length =
        if started.0.is_empty() { "0.0".to_owned() } else { in_units(ms, started.fact_count() * 60_000) };
    json!({
        "join_count": facts.kind(participation).with("joined", true).fact_count(),
        "start_count": started.fact_count(),
        "start_len_min": minutes(ms),
        "start_avg_len_min": length,
    })
}

fn chat_row(fixture: &Fixture, day: &str, dept: i64) -> Value {
    let chat = Chat::of(&Facts::below(fixture, day, dept));
    json!({
        "send_message_avg_cnt": average(chat.all.count(), chat.all.people()),
        "send_group_message_user_cnt": chat.group.people(),
        "send_single_message_user_cnt": chat.single.people(),
        "send_message_user_cnt": chat.all.people(),
        "group_message_cnt": chat.group.count(),
        "single_message_cnt": chat.single.count(),
        "message_cnt": chat.all.count(),
        "group_send_file_message_cnt": chat.files.count().to_string(),
    })
}

/// The cumulative number counts DINGs that members sent on days at whose end they belonged to the department.
fn ding_row(fixture: &Fixture, day: &str, dept: i64) -> Value {
    let mut row = dings(&Facts::below(fixture, day, dept));
    let days: std::collections::BTreeSet<&String> =
        fixture.records.iter().map(|record| &record.day).filter(|one| one.as_str() <= day).collect();
    let sent = days.into_iter().map(|one| Facts::below(fixture, one, dept).kind("ding_sent").count());
    row["send_ding_total_cnt"] = json!(sent.sum::<u64>().to_string());
    row
}

fn active_row(fixture: &Fixture, day: &str, dept: i64) -> Value {
    let logins = Logins::of(&Facts::below(fixture, day, dept));
    json!({
        "daily_active_users": logins.all,
        "pc_active_users": logins.desktop,
        "app_active_users": logins.mobile,
        "contacts_number": below(fixture.org_on(day), dept).len(),
    })
}
