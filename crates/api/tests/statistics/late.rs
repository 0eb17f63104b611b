//! Pages stay consistent while facts arrive between them: for today, and for a past day whose statistics are
//! stored again between the pages. Lists of live sessions, versions and departments have such tests in their own
//! files.

use carillon_domain::stats::finalize;
use serde_json::{Value, json};

use crate::statistics::fixture::{Fixture, fact};

/// Today and a day that is over, with the age of their facts in hours.
const DAYS: [(&str, i64); 2] = [("20251009", 6), ("20251008", 30)];

/// Walks a list with one entry a page. After the first page the late facts arrive, and days that are over are
/// stored.
fn walk(fixture: &Fixture, path: &str, request: &Value, late: &[Value]) -> Vec<Value> {
    finalize_days(fixture);
    let (mut entries, mut cursor) = (Vec::new(), json!(0));
    loop {
        let mut request = request.clone();
        (request["cursor"], request["size"]) = (cursor, json!(1));
        let result = fixture.result(&format!("datav/{path}"), json!({ "request": request }));
        entries.extend(result["data"].as_array().unwrap().iter().cloned());
        // The second page is computed from the facts, the later ones are stored.
        match entries.len() {
            1 if !late.is_empty() => fixture.send_facts(late),
            _ => finalize_days(fixture),
        }
        cursor = result["next_cursor"].clone();
        assert_eq!(result["has_more"] == true, cursor != 0, "{result}");
        if cursor == 0 {
            return entries;
        }
    }
}

fn finalize_days(fixture: &Fixture) {
    finalize::finalize_all(&fixture.server.store, &fixture.server.env, &fixture.server.corp).unwrap();
}

fn fields(entries: &[Value], names: [&str; 2]) -> Vec<[Value; 2]> {
    entries.iter().map(|entry| names.map(|name| entry[name].clone())).collect()
}

#[test]
fn a_late_meeting_comes_last() {
    for (path, kind) in [("videoconf", "video"), ("telconf", "phone")] {
        for (day, hours) in DAYS {
            let fixture = Fixture::new();
            let meeting = |id: &str, hours: i64| {
                let mut fields = json!({ "conferenceId": id, "durationMs": 60_000, "connected": true });
                if kind == "video" {
                    (fields["title"], fields["invitedCount"]) = (json!("会"), json!(1));
                }
                fact(id, "ann", hours, &format!("{kind}_meeting"), fields)
            };
            fixture.send_facts(&[meeting("a", hours), meeting("b", hours), meeting("c", hours)]);
            let joins = |meeting: &str| {
                let fields = json!({ "conferenceId": meeting, "joined": true, "attendMs": 1 });
                fact(&format!("j{meeting}"), "bob", hours, &format!("{kind}_participation"), fields)
            };
            let late = [meeting("0", hours + 1), joins("a"), joins("b")];
            let list = format!("{path}/detail/list");
            let entries = walk(&fixture, &list, &json!({ "data_id": day }), &late);
            let expected =
                [("a", 0), ("b", 1), ("c", 0), ("0", 0)].map(|(id, joined)| [json!(id), json!(joined)]);
            assert_eq!(fields(&entries, ["conf_id", "join_user_count"]), expected, "{kind} on {day}");
        }
    }
}

#[test]
fn a_late_app_comes_last_and_a_listed_one_is_not_repeated() {
    for (day, hours) in DAYS {
        let fixture = Fixture::new();
        let visit = |id: &str, userid: &str, app: &str, hours: i64| {
            let fields = json!({ "appId": app, "appName": app, "appOrigin": "official", "count": 1 });
            fact(id, userid, hours, "app_visit", fields)
        };
        fixture.send_facts(&[
            visit("1", "ann", "a", hours),
            visit("2", "ann", "b", hours),
            visit("3", "ann", "c", hours),
        ]);
        let late =
            [visit("4", "bob", "0", hours + 1), visit("5", "bob", "a", hours), visit("6", "bob", "b", hours)];
        let entries = walk(&fixture, "microapp/detail/list", &json!({ "data_id": day }), &late);
        let expected =
            [("a", 1), ("b", 2), ("c", 1), ("0", 1)].map(|(app, users)| [json!(app), json!(users)]);
        assert_eq!(fields(&entries, ["micro_app_name", "micro_app_user_count"]), expected, "{day}");
    }
}

#[test]
fn a_sign_in_between_pages_removes_one_member_alone() {
    for (day, hours) in DAYS {
        let fixture = Fixture::new();
        let login = |userid: &str| {
            fact(userid, userid, hours, "login", json!({ "client": "Web", "appVersion": "1" }))
        };
        // Ann was on the first page, Cat was not.
        let late = [login("ann"), login("cat")];
        let entries = walk(&fixture, "inactivated/user/list", &json!({ "data_id": day }), &late);
        let expected = [("ann", "J0"), ("bob", "J1"), ("dan", "J3")].map(|(id, job)| [json!(id), json!(job)]);
        assert_eq!(fields(&entries, ["userid", "staff_job_num"]), expected, "{day}");
    }
}

#[test]
fn viewers_are_listed_once_with_views_between_pages() {
    for (_, hours) in DAYS {
        let fixture = Fixture::new();
        let live = json!({ "liveId": "live", "openConversationId": "g", "groupName": "群", "groupUserCount": 4, "title": "课",
                           "durationMs": 60_000, "succeeded": true });
        let watches = |id: &str, userid: &str, hours: i64, ms: u64| {
            fact(id, userid, hours, "live_viewing", json!({ "liveId": "live", "liveMs": ms, "replayMs": 0 }))
        };
        fixture.send_facts(&[
            fact("0", "ann", hours, "live_session", live),
            watches("1", "bob", hours, 1),
            watches("2", "cat", hours, 2),
        ]);
        // Ann sorts before Bob, who was listed already. Only a new walk has her.
        let late = [
            watches("3", "ann", hours, 4),
            watches("4", "bob", hours - 1, 8),
            watches("5", "cat", hours, 16),
            watches("6", "dan", 1, 32),
        ];
        let request = json!({ "openConversationId": "g", "live_uuid": "live" });
        let names = ["userid", "play_duration"];
        let first = walk(&fixture, "videolive/viewer/list", &request, &late);
        let expected = [("bob", 1), ("cat", 18), ("dan", 32)].map(|(id, ms)| [json!(id), json!(ms)]);
        assert_eq!(fields(&first, names), expected);
        let second = walk(&fixture, "videolive/viewer/list", &request, &[]);
        let expected =
            [("ann", 4), ("bob", 9), ("cat", 18), ("dan", 32)].map(|(id, ms)| [json!(id), json!(ms)]);
        assert_eq!(fields(&second, names), expected);
    }
}

#[test]
fn a_late_sign_in_leaves_the_list_of_those_who_never_signed_in() {
    let fixture = Fixture::new();
    let sign_in = |userid: &str| {
        let fields = json!({ "client": "Web", "appVersion": "1.0" });
        fact(userid, userid, 30, "login", fields)
    };
    let listed = || {
        let request = json!({ "request": { "data_id": "20251008", "cursor": 0, "size": 100 } });
        let list = fixture.result("datav/inactivated/user/list", request);
        let userids = list["data"].as_array().unwrap().iter();
        userids.map(|member| member["userid"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    fixture.send_facts(&[sign_in("ann")]);
    finalize_days(&fixture);
    let before = listed();
    assert!(before.contains(&"bob".to_owned()) && !before.contains(&"ann".to_owned()), "{before:?}");
    assert_eq!(listed(), before);
    fixture.send_facts(&[sign_in("bob")]);
    let expected: Vec<_> = before.into_iter().filter(|userid| userid != "bob").collect();
    assert_eq!(listed(), expected, "computed from the facts");
    finalize_days(&fixture);
    assert_eq!(listed(), expected, "stored again");
}
