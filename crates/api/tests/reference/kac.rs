//! `/topapi/kac`, numbers of a day: of the organisation, and by department.

use serde_json::{Value, json};

use crate::reference::compare::{Compared, LEGACY, succeeded};
use crate::reference::fixture::{Department, Fixture};
use crate::reference::oracle::{Seen, average, below, groups, half_up, in_units, minutes};

/// Numbers of the organisation on a day. Leavers count.
pub fn numbers(fixture: &Fixture, day: &str, compared: &mut Compared) {
    let seen = Seen::on(fixture, day);
    let cumulative = Seen::until(fixture, day);
    let mut check = |id: &str, path: &str, wrapper: &str, result: &Value| {
        let answer = fixture.legacy(&format!("/topapi/kac/{path}"), &json!({ wrapper: { "data_id": day } }));
        let mut expected = succeeded(result);
        if id == "statistics.videoconf_summary_legacy" {
            expected["errormsg"] = json!("ok");
        }
        compared.same(id, day, &answer, &expected);
    };
    check(
        "statistics.live_summary",
        "datav/videolive/get",
        "param_video_live_summary_request",
        &lives(&seen),
    );
    let mut meetings = video(&seen);
    check("statistics.videoconf_summary", "v2/datav/videoconf/get", "request", &meetings);
    meetings.as_object_mut().unwrap().retain(|name, _| !name.ends_with("_len_min"));
    check(
        "statistics.videoconf_summary_legacy",
        "datav/videoconf/get",
        "param_mcs_summary_request",
        &meetings,
    );

    let calls = seen.kind("phone_meeting").with("connected", true);
    let ms = calls.sum("durationMs");
    let result = json!({
        "call_count": calls.facts(),
        "call_duration": in_units(ms, 1_000),
        "call_duration_min": minutes(ms),
        "call_join_pv": seen.kind("phone_participation").with("joined", true).facts(),
    });
    check("statistics.telconf_summary", "datav/telconf/get", "request", &result);

    let groups = groups(fixture, day, day);
    let result = json!({ "inner_group_cnt": groups.all, "dept_group_cnt": groups.departments });
    check("statistics.group_summary", "datav/group/get", "request", &result);

    let mut result = json!({
        "group_count": groups.all,
        "new_group_count": groups.new,
        "active_group_count": seen.kind("group_message").different("openConversationId"),
    });
    let chat = Chat::of(&seen);
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

    let members = below(fixture.org_of(day), crate::reference::fixture::ROOT);
    let activated = cumulative.kind("login").who();
    let logins = Logins::of(&seen);
    let result = json!({
        "daily_active_users": logins.all,
        "app_active_users": logins.mobile,
        "pc_active_users": logins.desktop,
        "activated_count": members.intersection(&activated).count(),
        "contacts_count": members.len(),
        "chat_user_count": chat.all.people(),
    });
    check("statistics.dau_summary", "datav/dau/summary/get", "request", &result);
    check("statistics.ding_summary", "datav/ding/get", "ding_usage_summary_request", &dings(&seen));
}

fn lives(seen: &Seen<'_>) -> Value {
    let lives = seen.kind("live_session").with("succeeded", true);
    let viewings = seen.kind("live_viewing");
    let live = viewings.some("liveMs");
    let five_minutes = lives.0.iter().filter(|told| told.fact["durationMs"].as_u64().unwrap() >= 300_000);
    let viewers = live.texts("liveId").into_iter().map(|id| live.with("liveId", id).people());
    let mut watched = live.who();
    watched.extend(viewings.some("replayMs").who());
    json!({
        "live_launch_succ_cnt": lives.facts(),
        "live_launch_succ5min_cnt": five_minutes.count(),
        "live_succ_time_len": minutes(lives.sum("durationMs")),
        "live_play_cnt": live.facts(),
        "live_play_user_cnt": live.people(),
        "max_user_cnt": viewers.max().unwrap_or_default(),
        "watch_group_live_user_cnt": watched.len(),
    })
}

fn video(seen: &Seen<'_>) -> Value {
    let started = seen.kind("video_meeting");
    let connected = started.with("connected", true);
    let invited = seen.kind("video_participation");
    let joined = invited.with("joined", true);
    let present = joined.sum("attendMs");
    json!({
        "start_video_conf_cnt": started.facts(),
        "start_video_conf_usr_num": started.people(),
        "start_video_conf_secc_cnt": connected.facts(),
        "start_video_conf_len_min": minutes(connected.sum("durationMs")),
        "join_video_conf_usr_cnt": invited.people(),
        "join_video_conf_secc_usr_cnt": joined.facts(),
        "join_video_conf_secc_usr_num": joined.people(),
        "join_video_conf_len": present,
        "join_video_conf_len_min": minutes(present),
        "video_conf_ave_usr_num": half_up(joined.facts(), connected.facts()),
    })
}

/// Facts of messages, by kind.
struct Chat<'w> {
    all: Seen<'w>,
    single: Seen<'w>,
    group: Seen<'w>,
    files: Seen<'w>,
}

impl<'w> Chat<'w> {
    fn of(seen: &Seen<'w>) -> Self {
        Self {
            all: seen.kinds("single_message", "group_message"),
            single: seen.kind("single_message"),
            group: seen.kind("group_message"),
            files: seen.kind("group_file"),
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
    pub fn of(seen: &Seen<'_>) -> Self {
        let logins = seen.kind("login");
        let on = |clients: &[&str]| {
            let members = (logins.0.iter())
                .filter(|told| clients.contains(&told.fact["client"].as_str().unwrap()))
                .map(|told| told.who.unwrap());
            members.collect::<std::collections::BTreeSet<_>>().len() as u64
        };
        Self {
            all: logins.people(),
            mobile: on(&["iOS", "Android", "HarmonyOS", "MobileWeb"]),
            desktop: on(&["Windows", "macOS", "Linux", "Web"]),
        }
    }
}

fn dings(seen: &Seen<'_>) -> Value {
    let sent = seen.kind("ding_sent");
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
            meetings(&Seen::below(fixture, day, dept), "video_meeting", "video_participation")
        }),
        ("statistics.dept_telconf_list", "telconf/list", |fixture, day, dept| {
            meetings(&Seen::below(fixture, day, dept), "phone_meeting", "phone_participation")
        }),
        ("statistics.dept_chat_list", "chat/summary/list", chat_row),
        ("statistics.dept_ding_list", "ding/list", ding_row),
        ("statistics.dept_dau_list", "dau/list", active_row),
    ] {
        let all = rows(fixture, day, row, |_, _| true);
        compared.pages(id, day, &all, &LEGACY, list(path, json!({})));
    }
    let id = "statistics.dept_dau_list";
    for dept in fixture.org_of(day).departments.keys() {
        let one = rows(fixture, day, active_row, |id, _| id == *dept);
        let asked = json!({ "deptId": dept.to_string() });
        compared.pages(id, &format!("{asked} on {day}"), &one, &LEGACY, list("dau/list", asked));
        let children = rows(fixture, day, active_row, |_, one| one.above == Some(*dept));
        let asked = json!({ "superDeptId": dept.to_string() });
        compared.pages(id, &format!("{asked} on {day}"), &children, &LEGACY, list("dau/list", asked));
    }
}

fn rows(
    fixture: &Fixture,
    day: &str,
    row: fn(&Fixture, &str, i64) -> Value,
    is_asked: impl Fn(i64, &Department) -> bool,
) -> Vec<Value> {
    let departments = fixture.org_of(day).departments.iter().filter(|(id, one)| is_asked(**id, one));
    let row = |(id, department): (&i64, &Department)| {
        let mut row = row(fixture, day, *id);
        (row["dept_id"], row["dept_name"]) = (json!(id), json!(department.name));
        row
    };
    departments.map(row).collect()
}

fn live_row(fixture: &Fixture, day: &str, dept: i64) -> Value {
    let seen = Seen::below(fixture, day, dept);
    let lives = seen.kind("live_session").with("succeeded", true);
    json!({
        "live_launch_count": lives.facts(),
        "live_time_length": minutes(lives.sum("durationMs")),
        "live_play_user_count": seen.kind("live_viewing").some("liveMs").people(),
    })
}

fn meetings(seen: &Seen<'_>, meeting: &str, participation: &str) -> Value {
    let started = seen.kind(meeting);
    let ms = started.with("connected", true).sum("durationMs");
    let length = if started.0.is_empty() { "0.0".to_owned() } else { in_units(ms, started.facts() * 60_000) };
    json!({
        "join_count": seen.kind(participation).with("joined", true).facts(),
        "start_count": started.facts(),
        "start_len_min": minutes(ms),
        "start_avg_len_min": length,
    })
}

fn chat_row(fixture: &Fixture, day: &str, dept: i64) -> Value {
    let chat = Chat::of(&Seen::below(fixture, day, dept));
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
    let mut row = dings(&Seen::below(fixture, day, dept));
    let days: std::collections::BTreeSet<&String> =
        fixture.told.iter().map(|told| &told.day).filter(|one| one.as_str() <= day).collect();
    let sent = days.into_iter().map(|one| Seen::below(fixture, one, dept).kind("ding_sent").count());
    row["send_ding_total_cnt"] = json!(sent.sum::<u64>().to_string());
    row
}

fn active_row(fixture: &Fixture, day: &str, dept: i64) -> Value {
    let logins = Logins::of(&Seen::below(fixture, day, dept));
    json!({
        "daily_active_users": logins.all,
        "pc_active_users": logins.desktop,
        "app_active_users": logins.mobile,
        "contacts_number": below(fixture.org_of(day), dept).len(),
    })
}
