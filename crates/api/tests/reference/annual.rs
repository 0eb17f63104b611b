//! `annual_report.get`: a year of the organisation, of a department and of a member, each with its own fields.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::reference::compare::{Compared, succeeded};
use crate::reference::fixture::{Fixture, Told};
use crate::reference::oracle::{self, Seen, average, half_up, in_units, minutes};

const PATH: &str = "/topapi/kac/datav/annual_report/get";
const ID: &str = "annual_report.get";

/// Compares all reports of a year that is over.
pub fn check(fixture: &Fixture, year: &str, compared: &mut Compared) {
    let all = of_year(fixture, year);
    let mut check = |request: Value, report: Value| {
        let mut asked = json!({ "year": year });
        asked.as_object_mut().unwrap().extend(request.as_object().unwrap().clone());
        compared.same(ID, &asked.to_string(), &fixture.legacy(PATH, &asked), &succeeded(&report));
    };
    check(json!({ "type": 1 }), organisation(fixture, year, &all));

    // Departments that exist, or existed at the end of the year. Members count where they belonged on each day.
    let there =
        fixture.org_of(&format!("{year}1231")).departments.keys().chain(fixture.org.departments.keys());
    for dept in there.collect::<BTreeSet<_>>() {
        let days: BTreeSet<&String> = all.0.iter().map(|told| &told.day).collect();
        let below = days.into_iter().flat_map(|day| Seen::below(fixture, day, *dept).0);
        check(json!({ "type": 2, "dept_id": dept }), department(&Seen(below.collect())));
    }
    // A userid that several people had refers to the last of them.
    for userid in fixture.people.iter().map(|person| &person.userid).collect::<BTreeSet<_>>() {
        let who = fixture.holder(userid, fixture.now());
        let its = of_year(fixture, year).of(|one| one == Some(who));
        check(json!({ "type": 3, "user_id": userid }), member(&its));
    }
}

fn of_year<'w>(fixture: &'w Fixture, year: &str) -> Seen<'w> {
    Seen(fixture.told.iter().filter(|told| told.day.starts_with(year)).collect())
}

fn organisation(fixture: &Fixture, year: &str, seen: &Seen<'_>) -> Value {
    let new_groups = oracle::groups(fixture, &format!("{year}0101"), &format!("{year}1231")).new;
    let groups = seen.kind("group_message");
    let mut report = common(seen);
    add(&mut report, &of_many(seen));
    add(
        &mut report,
        &json!({
            "join_calendar_user_cnt_1y": seen.kind("calendar").with("action", "joined").people(),
            "new_group_cnt_1y": new_groups,
            "send_ding_user_cnt_1y": seen.kind("ding_sent").people(),
            "send_message_group_cnt_1y": groups.different("openConversationId"),
            "send_group_msg_cnt_1y": groups.count(),
            "join_succ_voip_conf_user_cnt_1y": seen.kind("phone_participation").with("joined", true).facts(),
            "join_succ_video_conf_user_cnt_1y": seen.kind("video_participation").with("joined", true).facts(),
            "general_form_user_cnt_1y": seen.kind("form").with("action", "filled").count(),
        }),
    );
    report
}

fn department(seen: &Seen<'_>) -> Value {
    let mut report = common(seen);
    add(&mut report, &of_many(seen));
    report
}

fn member(seen: &Seen<'_>) -> Value {
    let steps = seen.kind("steps").0.into_iter().map(|told| told.fact["count"].as_u64().unwrap());
    let videos = seen.kind("video_meeting").with("connected", true);
    let created = seen.kind("group_created").facts();
    let mut report = common(seen);
    add(
        &mut report,
        &json!({
            "max_step_count_1y": steps.max().unwrap_or_default(),
            "use_smartwork_cnt_1y": seen.kind("form").with("action", "filled").count(),
            "recv_ding_cnt_1y": seen.kind("ding_received").count(),
            "new_group_cnt_1y": created,
            "inner_group_cnt_1y": created,
            "act_usr_days_1y": days(&seen.kind("login")),
            "join_group_cnt_1y": seen.kind("group_joined").facts(),
            "start_succ_video_conf_len_1y": half_up(videos.sum("durationMs"), 60_000),
            "at_me_msg_cnt_1y": seen.kind("mention").count(),
            "send_group_msg_cnt_1y": seen.kind("group_message").count(),
        }),
    );
    report
}

/// Fields that the organisation and a department share.
fn of_many(seen: &Seen<'_>) -> Value {
    let finished = seen.kind("approval_finished");
    let shortest = finished.0.iter().map(|told| told.fact["durationMs"].as_u64().unwrap()).min();
    let of_ms = finished.sum("durationMs");
    json!({
        "min_process_duration_1y": minutes(shortest.unwrap_or_default()),
        "avg_process_duration_1y": match finished.facts() {
            0 => average(0, 0),
            approvals => in_units(of_ms, approvals * 60_000),
        },
        "create_process_cnt_1y": seen.kind("approval_template").facts(),
        "corp_app_process_inst_cnt_1y": seen.kind("approval_submitted").with("bySelfBuiltApp", true).facts(),
        "send_calendar_user_cnt_1y": seen.kind("calendar").with("action", "created").people(),
        "send_group_msg_user_cnt_1y": seen.kind("group_message").people(),
        "send_report_user_cnt_1y": seen.kind("report_sent").people(),
        "use_doc_user_cnt_1y": seen.kind("document").people(),
        "use_micro_user_cnt_1y": seen.kind("app_visit").people(),
    })
}

/// Fields of every report.
fn common(seen: &Seen<'_>) -> Value {
    let calendar = seen.kind("calendar");
    let (phone, video) = (seen.kind("phone_participation"), seen.kind("video_participation"));
    let (phone, video) = (phone.with("joined", true), video.with("joined", true));
    let attendance = seen.kind("attendance");
    let viewings = seen.kind("live_viewing").some("liveMs");
    json!({
        "isw_msg_click_cnt_1y": seen.article_views().to_string(),
        "send_ding_cnt_1y": seen.kind("ding_sent").count(),
        "join_calendar_cnt_1y": calendar.with("action", "joined").count(),
        "send_calendar_cnt_1y": calendar.with("action", "created").count(),
        "send_group_file_message_cnt_1y": seen.kind("group_file").count(),
        "create_doc_cnt_1y": seen.kind("document").with("action", "created").count(),
        "create_smartwork_cnt_1y": seen.kind("form").with("action", "published").count(),
        "send_report_cnt_1y": seen.kind("report_sent").count(),
        "outside_days_1y": days(&attendance.with("event", "field")),
        "at_check_days_1y": days(&attendance.with("event", "clocked")),
        "process_inst_operate_cnt_1y": seen.kind("approval_acted").count(),
        "process_inst_submit_cnt_1y": seen.kind("approval_submitted").facts(),
        "live_join_succ_time_len_1y": minutes(viewings.sum("liveMs")),
        "live_join_succ_cnt_1y": viewings.facts(),
        "join_succ_voip_conf_len_1y": minutes(phone.sum("attendMs")),
        "join_succ_voip_conf_num_1y": phone.facts(),
        "join_succ_video_conf_len_1y": minutes(video.sum("attendMs")),
        "join_succ_video_conf_num_1y": video.facts(),
        "use_micro_app_cnt_1y": apps_of_days(&seen.kind("app_visit")),
    })
}

/// Counts the pairs of a member and a day with such facts.
fn days(seen: &Seen<'_>) -> usize {
    seen.0.iter().map(|told| (told.who, &told.day)).collect::<BTreeSet<_>>().len()
}

/// Counts the different apps of each member on each day.
fn apps_of_days(visits: &Seen<'_>) -> usize {
    let app = |told: &&Told| (told.who, told.day.clone(), told.fact["appId"].to_string());
    visits.0.iter().map(app).collect::<BTreeSet<_>>().len()
}

fn add(report: &mut Value, more: &Value) {
    report.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
}
