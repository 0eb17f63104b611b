//! `/topapi/kac`, lists of a day: live sessions and their viewers, meetings, apps, and members who never signed
//! in.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::reference::compare::{Compared, LEGACY};
use crate::reference::fixture::{FactRecord, Fixture, ROOT};
use crate::reference::oracle::{Facts, minutes};

/// Compares all lists. Live sessions, meetings and apps are in the order of arrival of their facts, members in
/// the order in which they joined.
pub fn check(fixture: &Fixture, day: &str, compared: &mut Compared) {
    let facts = Facts::on(fixture, day);
    let list = |path: &'static str| {
        move |cursor: &Value, size: usize| {
            let request = json!({ "request": { "data_id": day, "cursor": cursor, "size": size } });
            fixture.legacy(&format!("/topapi/kac/datav/{path}/list"), &request)
        }
    };
    let mut check = |id: &str, path: &'static str, all: Vec<Value>| {
        compared.pages(id, day, &all, &LEGACY, list(path));
    };
    let lives = facts.kind("live_session").with("succeeded", true);
    let lives = lives.0.iter().map(|record| live(fixture, &facts, record)).collect();
    check("statistics.live_detail_list", "videolive/detail", lives);
    let video = meetings(fixture, &facts, "video_meeting", "video_participation");
    check("statistics.videoconf_detail_list", "videoconf/detail", video);
    let phone = meetings(fixture, &facts, "phone_meeting", "phone_participation");
    check("statistics.telconf_detail_list", "telconf/detail", phone);
    check("statistics.microapp_list", "microapp/detail", apps(&facts));

    let activated = Facts::until(fixture, day).kind("login").who();
    let members = fixture.org_on(day).members.keys().filter(|member| !activated.contains(member));
    let members = members.map(|member| starter(fixture, day, *member)).collect();
    check("statistics.inactivated_user_list", "inactivated/user", members);
}

/// A member as lists show one: the present name, and the oldest of the departments of the day.
fn starter(fixture: &Fixture, day: &str, who: usize) -> Value {
    let (person, org) = (&fixture.people[who], fixture.org_on(day));
    let mut view = json!({ "userid": person.userid, "staff_name": person.name,
                            "staff_job_num": person.job_number, "dept_name": "" });
    if let Some(dept) = org.members.get(&who).and_then(|memberships| memberships.first()) {
        view["dept_id"] = json!(dept);
        view["dept_name"] = json!(org.departments[dept].name);
    }
    view
}

fn ms(record: &FactRecord) -> u64 {
    record.fact["durationMs"].as_u64().unwrap()
}

fn end(record: &FactRecord) -> i64 {
    record.at + i64::try_from(ms(record)).unwrap()
}

fn live(fixture: &Fixture, facts: &Facts<'_>, record: &FactRecord) -> Value {
    let mut view = starter(fixture, &record.day, record.who.unwrap());
    // The department id is -1 for the root, and for no department.
    if view["dept_id"].is_null() || view["dept_id"] == ROOT {
        view["dept_id"] = json!(-1);
    }
    let viewings = facts.kind("live_viewing").with("liveId", record.fact["liveId"].clone()).nonzero("liveMs");
    for (name, value) in [
        ("openConversationId", record.fact["openConversationId"].clone()),
        ("cid", record.fact["openConversationId"].clone()),
        ("group_name", record.fact["groupName"].clone()),
        ("group_user_count", record.fact["groupUserCount"].clone()),
        ("live_watch_title", record.fact["title"].clone()),
        ("uuid", record.fact["liveId"].clone()),
        ("live_watch_count", json!(viewings.fact_count())),
        ("live_watch_user_count", json!(viewings.people())),
        ("live_watch_duration", json!((ms(record) / 1_000).to_string())),
        ("live_watch_duration_min", json!(minutes(ms(record)))),
        ("live_watch_start_time", json!(fixture.date_time(record.at))),
        ("live_watch_end_time", json!(fixture.date_time(end(record)))),
    ] {
        view[name] = value;
    }
    view
}

fn meetings(fixture: &Fixture, facts: &Facts<'_>, kind: &str, participation: &str) -> Vec<Value> {
    let meeting = |record: &&FactRecord| {
        let mut view = starter(fixture, &record.day, record.who.unwrap());
        let attended = facts.kind(participation).with("joined", true);
        let attended = attended.with("conferenceId", record.fact["conferenceId"].clone());
        for (name, value) in [
            ("conf_id", record.fact["conferenceId"].clone()),
            ("conf_len_min", json!(minutes(ms(record)))),
            ("join_user_count", json!(attended.people())),
            ("start_time", json!(fixture.date_time(record.at))),
            ("end_time", json!(fixture.date_time(end(record)))),
        ] {
            view[name] = value;
        }
        view
    };
    let connected = facts.kind(kind).with("connected", true);
    connected.0.iter().map(meeting).collect()
}

/// Apps that were used. Name and origin are those of the fact that arrived last.
fn apps(facts: &Facts<'_>) -> Vec<Value> {
    let visits = facts.kind("app_visit");
    let mut order = Vec::new();
    for record in &visits.0 {
        let id = record.fact["appId"].as_str().unwrap();
        if !order.contains(&id) {
            order.push(id);
        }
    }
    let app = |id| {
        let visits = visits.with("appId", id);
        let last = &visits.0.last().unwrap().fact;
        let origin = match last["appOrigin"].as_str().unwrap() {
            "third_party" => 1,
            "official" => 2,
            "self_built" => 3,
            other => panic!("{other}"),
        };
        json!({ "micro_app_name": last["appName"], "micro_app_type": origin,
                "micro_app_user_count": visits.people() })
    };
    order.into_iter().map(app).collect()
}

/// Compares the viewers of each live session of any day. There are none unless it was for the group that the
/// request names.
pub fn viewers(fixture: &Fixture, compared: &mut Compared) {
    let all = Facts(fixture.records.iter().collect());
    let (lives, viewings) = (all.kind("live_session"), all.kind("live_viewing"));
    let mut lives_and_groups = Vec::new();
    for live in viewings.distinct("liveId").union(&lives.distinct("liveId")) {
        for group in lives.distinct("openConversationId") {
            lives_and_groups.push((*live, group));
        }
    }
    for (live, group) in lives_and_groups {
        let sessions = lives.with("succeeded", true).with("liveId", live).with("openConversationId", group);
        let mut watched: BTreeMap<usize, [u64; 2]> = BTreeMap::new();
        for record in viewings.with("liveId", live).0.iter().filter(|_| !sessions.0.is_empty()) {
            let sums = watched.entry(record.who.unwrap()).or_default();
            for (sum, field) in sums.iter_mut().zip(["liveMs", "replayMs"]) {
                *sum += record.fact[field].as_u64().unwrap();
            }
        }
        let viewers = watched.into_iter().filter(|(_, sums)| *sums != [0, 0]).map(|(who, [live, replay])| {
            json!({ "userid": fixture.people[who].userid,
                    "play_duration": live, "play_duration_min": minutes(live),
                    "play_record_duration": replay, "play_record_duration_min": minutes(replay) })
        });
        let fetch_page = |cursor: &Value, size: usize| {
            let request =
                json!({ "openConversationId": group, "live_uuid": live, "cursor": cursor, "size": size });
            fixture.legacy("/topapi/kac/datav/videolive/viewer/list", &json!({ "request": request }))
        };
        let (id, about) = ("statistics.live_viewer_list", format!("{live} for {group}"));
        compared.pages(id, &about, &viewers.collect::<Vec<_>>(), &LEGACY, fetch_page);
    }
}
