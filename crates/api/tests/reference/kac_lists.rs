//! `/topapi/kac`, lists of a day: live sessions and their viewers, meetings, apps, and members who never signed
//! in.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::reference::compare::{Compared, LEGACY};
use crate::reference::fixture::{Fixture, ROOT, Told};
use crate::reference::oracle::{Seen, minutes};

/// Compares all lists. Live sessions, meetings and apps are in the order of arrival of their facts, members in
/// the order in which they joined.
pub fn check(fixture: &Fixture, day: &str, compared: &mut Compared) {
    let seen = Seen::on(fixture, day);
    let list = |path: &'static str| {
        move |cursor: &Value, size: usize| {
            let request = json!({ "request": { "data_id": day, "cursor": cursor, "size": size } });
            fixture.legacy(&format!("/topapi/kac/datav/{path}/list"), &request)
        }
    };
    let mut check = |id: &str, path: &'static str, all: Vec<Value>| {
        compared.pages(id, day, &all, &LEGACY, list(path));
    };
    let lives = seen.kind("live_session").with("succeeded", true);
    let lives = lives.0.iter().map(|told| live(fixture, &seen, told)).collect();
    check("statistics.live_detail_list", "videolive/detail", lives);
    let video = meetings(fixture, &seen, "video_meeting", "video_participation");
    check("statistics.videoconf_detail_list", "videoconf/detail", video);
    let phone = meetings(fixture, &seen, "phone_meeting", "phone_participation");
    check("statistics.telconf_detail_list", "telconf/detail", phone);
    check("statistics.microapp_list", "microapp/detail", apps(&seen));

    let activated = Seen::until(fixture, day).kind("login").who();
    let members = fixture.org_of(day).members.keys().filter(|member| !activated.contains(member));
    let members = members.map(|member| starter(fixture, day, *member)).collect();
    check("statistics.inactivated_user_list", "inactivated/user", members);
}

/// A member as lists show one: the present name, and the oldest of the departments of the day.
fn starter(fixture: &Fixture, day: &str, who: usize) -> Value {
    let (person, org) = (&fixture.people[who], fixture.org_of(day));
    let mut shown = json!({ "userid": person.userid, "staff_name": person.name,
                            "staff_job_num": person.job_number, "dept_name": "" });
    if let Some(dept) = org.members.get(&who).and_then(|places| places.first()) {
        shown["dept_id"] = json!(dept);
        shown["dept_name"] = json!(org.departments[dept].name);
    }
    shown
}

fn ms(told: &Told) -> u64 {
    told.fact["durationMs"].as_u64().unwrap()
}

fn end(told: &Told) -> i64 {
    told.at + i64::try_from(ms(told)).unwrap()
}

fn live(fixture: &Fixture, seen: &Seen<'_>, told: &Told) -> Value {
    let mut shown = starter(fixture, &told.day, told.who.unwrap());
    // The department id is -1 for the root, and for no department.
    if shown["dept_id"].is_null() || shown["dept_id"] == ROOT {
        shown["dept_id"] = json!(-1);
    }
    let viewings = seen.kind("live_viewing").with("liveId", told.fact["liveId"].clone()).some("liveMs");
    for (name, value) in [
        ("openConversationId", told.fact["openConversationId"].clone()),
        ("cid", told.fact["openConversationId"].clone()),
        ("group_name", told.fact["groupName"].clone()),
        ("group_user_count", told.fact["groupUserCount"].clone()),
        ("live_watch_title", told.fact["title"].clone()),
        ("uuid", told.fact["liveId"].clone()),
        ("live_watch_count", json!(viewings.facts())),
        ("live_watch_user_count", json!(viewings.people())),
        ("live_watch_duration", json!((ms(told) / 1_000).to_string())),
        ("live_watch_duration_min", json!(minutes(ms(told)))),
        ("live_watch_start_time", json!(fixture.words(told.at))),
        ("live_watch_end_time", json!(fixture.words(end(told)))),
    ] {
        shown[name] = value;
    }
    shown
}

fn meetings(fixture: &Fixture, seen: &Seen<'_>, kind: &str, participation: &str) -> Vec<Value> {
    let meeting = |told: &&Told| {
        let mut shown = starter(fixture, &told.day, told.who.unwrap());
        let came = seen.kind(participation).with("joined", true);
        let came = came.with("conferenceId", told.fact["conferenceId"].clone());
        for (name, value) in [
            ("conf_id", told.fact["conferenceId"].clone()),
            ("conf_len_min", json!(minutes(ms(told)))),
            ("join_user_count", json!(came.people())),
            ("start_time", json!(fixture.words(told.at))),
            ("end_time", json!(fixture.words(end(told)))),
        ] {
            shown[name] = value;
        }
        shown
    };
    let connected = seen.kind(kind).with("connected", true);
    connected.0.iter().map(meeting).collect()
}

/// Apps that were used. Name and origin are those of the fact that arrived last.
fn apps(seen: &Seen<'_>) -> Vec<Value> {
    let visits = seen.kind("app_visit");
    let mut order = Vec::new();
    for told in &visits.0 {
        let id = told.fact["appId"].as_str().unwrap();
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
    let all = Seen(fixture.told.iter().collect());
    let (lives, viewings) = (all.kind("live_session"), all.kind("live_viewing"));
    let mut lives_and_groups = Vec::new();
    for live in viewings.texts("liveId").union(&lives.texts("liveId")) {
        for group in lives.texts("openConversationId") {
            lives_and_groups.push((*live, group));
        }
    }
    for (live, group) in lives_and_groups {
        let its = lives.with("succeeded", true).with("liveId", live).with("openConversationId", group);
        let mut watched: BTreeMap<usize, [u64; 2]> = BTreeMap::new();
        for told in viewings.with("liveId", live).0.iter().filter(|_| !its.0.is_empty()) {
            let sums = watched.entry(told.who.unwrap()).or_default();
            for (sum, field) in sums.iter_mut().zip(["liveMs", "replayMs"]) {
                *sum += told.fact[field].as_u64().unwrap();
            }
        }
        let viewers = watched.into_iter().filter(|(_, sums)| *sums != [0, 0]).map(|(who, [live, replay])| {
            json!({ "userid": fixture.people[who].userid,
                    "play_duration": live, "play_duration_min": minutes(live),
                    "play_record_duration": replay, "play_record_duration_min": minutes(replay) })
        });
        let ask = |cursor: &Value, size: usize| {
            let request =
                json!({ "openConversationId": group, "live_uuid": live, "cursor": cursor, "size": size });
            fixture.legacy("/topapi/kac/datav/videolive/viewer/list", &json!({ "request": request }))
        };
        let (id, about) = ("statistics.live_viewer_list", format!("{live} for {group}"));
        compared.pages(id, &about, &viewers.collect::<Vec<_>>(), &LEGACY, ask);
    }
}
