//! `annual_report.get`: a year of the organisation, of a department and of a member, each with its own fields.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::reference::compare::{Compared, succeeded};
use crate::reference::fixture::{FactRecord, Fixture};
use crate::reference::oracle::{self, Facts, average, half_up, in_units, minutes};

const PATH: &str = "/topapi/kac/datav/annual_report/get";
const ID: &str = "annual_report.get";

/// Compares all reports of a year that is over.
pub fn check(fixture: &Fixture, year: &str, compared: &mut Compared) {
    let all = facts_of_year(fixture, year);
    let mut check = |request: Value, report: Value| {
        let mut full_request = json!({ "year": year });
        full_request.as_object_mut().unwrap().extend(request.as_object().unwrap().clone());
        compared.compare(
            ID,
            &full_request.to_string(),
            &fixture.legacy(PATH, &full_request),
            &succeeded(&report),
        );
    };
    check(json!({ "type": 1 }), organisation(fixture, year, &all));

    // Departments that exist, or existed at the end of the year. Members count where they belonged on each day.
    let existing =
        fixture.org_on(&format!("{year}1231")).departments.keys().chain(fixture.org.departments.keys());
    for dept in existing.collect::<BTreeSet<_>>() {
        let days: BTreeSet<&String> = all.0.iter().map(|record| &record.day).collect();
        let below = days.into_iter().flat_map(|day| Facts::below(fixture, day, *dept).0);
        check(json!({ "type": 2, "dept_id": dept }), department(&Facts(below.collect())));
    }
    // A userid that several people had refers to the last of them.
    for userid in fixture.people.iter().map(|person| &person.userid).collect::<BTreeSet<_>>() {
        let who = fixture.holder(userid, fixture.now());
        let facts_of_member = facts_of_year(fixture, year).of(|one| one == Some(who));
        check(json!({ "type": 3, "user_id": userid }), member(&facts_of_member));
    }
}

fn facts_of_year<'w>(fixture: &'w Fixture, year: &str) -> Facts<'w> {
    Facts(fixture.records.iter().filter(|record| record.day.starts_with(year)).collect())
}

fn organisation(fixture: &Fixture, year: &str, facts: &Facts<'_>) -> Value {
    let new_groups = oracle::groups(fixture, &format!("{year}0101"), &format!("{year}1231")).new;
    let groups = facts.kind("group_message");
    let mut report = common_fields(facts);
    extend(&mut report, &shared_fields(facts));
    extend(
        &mut report,
        &json!({
            "join_calendar_user_cnt_1y": facts.kind("calendar").with("action", "joined").people(),
            "new_group_cnt_1y": new_groups,
            "send_ding_user_cnt_1y": facts.kind("ding_sent").people(),
            "send_message_group_cnt_1y": groups.distinct_count("openConversationId"),
            "send_group_msg_cnt_1y": groups.count(),
            "join_succ_voip_conf_user_cnt_1y": facts.kind("phone_participation").with("joined", true).fact_count(),
            "join_succ_video_conf_user_cnt_1y": facts.kind("video_participation").with("joined", true).fact_count(),
            "general_form_user_cnt_1y": facts.kind("form").with("action", "filled").count(),
        }),
    );
    report
}

fn department(facts: &Facts<'_>) -> Value {
    let mut report = common_fields(facts);
    extend(&mut report, &shared_fields(facts));
    report
}

fn member(facts: &Facts<'_>) -> Value {
    let steps = facts.kind("steps").0.into_iter().map(|record| record.fact["count"].as_u64().unwrap());
    let videos = facts.kind("video_meeting").with("connected", true);
    let created = facts.kind("group_created").fact_count();
    let mut report = common_fields(facts);
    extend(
        &mut report,
        &json!({
            "max_step_count_1y": steps.max().unwrap_or_default(),
            "use_smartwork_cnt_1y": facts.kind("form").with("action", "filled").count(),
            "recv_ding_cnt_1y": facts.kind("ding_received").count(),
            "new_group_cnt_1y": created,
            "inner_group_cnt_1y": created,
            "act_usr_days_1y": member_days(&facts.kind("login")),
            "join_group_cnt_1y": facts.kind("group_joined").fact_count(),
            "start_succ_video_conf_len_1y": half_up(videos.sum("durationMs"), 60_000),
            "at_me_msg_cnt_1y": facts.kind("mention").count(),
            "send_group_msg_cnt_1y": facts.kind("group_message").count(),
        }),
    );
    report
}

/// Fields that the organisation and a department share.
fn shared_fields(facts: &Facts<'_>) -> Value {
    let finished = facts.kind("approval_finished");
    let shortest = finished.0.iter().map(|record| record.fact["durationMs"].as_u64().unwrap()).min();
    let of_ms = finished.sum("durationMs");
    json!({
        "min_process_duration_1y": minutes(shortest.unwrap_or_default()),
        "avg_process_duration_1y": match finished.fact_count() {
            0 => average(0, 0),
            approvals => in_units(of_ms, approvals * 60_000),
        },
        "create_process_cnt_1y": facts.kind("approval_template").fact_count(),
        "corp_app_process_inst_cnt_1y": facts.kind("approval_submitted").with("bySelfBuiltApp", true).fact_count(),
        "send_calendar_user_cnt_1y": facts.kind("calendar").with("action", "created").people(),
        "send_group_msg_user_cnt_1y": facts.kind("group_message").people(),
        "send_report_user_cnt_1y": facts.kind("report_sent").people(),
        "use_doc_user_cnt_1y": facts.kind("document").people(),
        "use_micro_user_cnt_1y": facts.kind("app_visit").people(),
    })
}

/// Fields of every report.
fn common_fields(facts: &Facts<'_>) -> Value {
    let calendar = facts.kind("calendar");
    let (phone, video) = (facts.kind("phone_participation"), facts.kind("video_participation"));
    let (phone, video) = (phone.with("joined", true), video.with("joined", true));
    let attendance = facts.kind("attendance");
    let viewings = facts.kind("live_viewing").nonzero("liveMs");
    json!({
        "isw_msg_click_cnt_1y": facts.article_views().to_string(),
        "send_ding_cnt_1y": facts.kind("ding_sent").count(),
        "join_calendar_cnt_1y": calendar.with("action", "joined").count(),
        "send_calendar_cnt_1y": calendar.with("action", "created").count(),
        "send_group_file_message_cnt_1y": facts.kind("group_file").count(),
        "create_doc_cnt_1y": facts.kind("document").with("action", "created").count(),
        "create_smartwork_cnt_1y": facts.kind("form").with("action", "published").count(),
        "send_report_cnt_1y": facts.kind("report_sent").count(),
        "outside_days_1y": member_days(&attendance.with("event", "field")),
        "at_check_days_1y": member_days(&attendance.with("event", "clocked")),
        "process_inst_operate_cnt_1y": facts.kind("approval_acted").count(),
        "process_inst_submit_cnt_1y": facts.kind("approval_submitted").fact_count(),
        "live_join_succ_time_len_1y": minutes(viewings.sum("liveMs")),
        "live_join_succ_cnt_1y": viewings.fact_count(),
        "join_succ_voip_conf_len_1y": minutes(phone.sum("attendMs")),
        "join_succ_voip_conf_num_1y": phone.fact_count(),
        "join_succ_video_conf_len_1y": minutes(video.sum("attendMs")),
        "join_succ_video_conf_num_1y": video.fact_count(),
        "use_micro_app_cnt_1y": member_day_apps(&facts.kind("app_visit")),
    })
}

/// Counts the pairs of a member and a day with such facts.
fn member_days(facts: &Facts<'_>) -> usize {
    facts.0.iter().map(|record| (record.who, &record.day)).collect::<BTreeSet<_>>().len()
}

/// Counts the different apps of each member on each day.
fn member_day_apps(visits: &Facts<'_>) -> usize {
    let app = |record: &&FactRecord| (record.who, record.day.clone(), record.fact["appId"].to_string());
    visits.0.iter().map(app).collect::<BTreeSet<_>>().len()
}

fn extend(report: &mut Value, more: &Value) {
    report.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
}
