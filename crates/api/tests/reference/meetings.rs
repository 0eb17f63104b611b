//! Video meetings by their ids, of any day.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::reference::compare::Compared;
use crate::reference::fixture::{FactRecord, Fixture};
use crate::reference::oracle::{Facts, half_up};

const PATH: &str = "/v1.0/exclusive/data/conferences";

/// Compares each meeting, by either id. A meeting that never connected is not found.
pub fn check(fixture: &Fixture, compared: &mut Compared) {
    let all = Facts(fixture.records.iter().collect());
    let (meetings, participations) = (all.kind("video_meeting"), all.kind("video_participation"));
    for id in meetings.distinct("conferenceId") {
        let answer = fixture.server.v1("GET", &format!("{PATH}/{id}"), None);
        match first(&meetings, "conferenceId", id) {
            Some(record) => {
                let expected = detail(fixture, record, &participations.with("conferenceId", id));
                assert_eq!(answer.0, 200, "{}", answer.1);
                compared.compare("statistics.conference_detail", id, &answer.1, &expected);
            }
            None => assert_eq!((answer.0, answer.1["code"].as_str()), (400, Some("params.error"))),
        }
    }
    let logical = "logicalConferenceId";
    let ids = meetings.0.iter().filter_map(|record| record.fact[logical].as_str());
    for id in ids.collect::<std::collections::BTreeSet<_>>() {
        let answer = fixture.server.v1("GET", &format!("{PATH}?{logical}={id}"), None);
        let Some(record) = first(&meetings, logical, id) else {
            assert_eq!((answer.0, answer.1["code"].as_str()), (500, Some("params.error")));
            continue;
        };
        let person = &fixture.people[record.who.unwrap()];
        let expected = json!({ "conferenceId": record.fact["conferenceId"], "title": record.fact["title"],
                               "startTime": record.at, "logicalConferenceId": id, "unionId": person.unionid,
                               "nickname": person.name });
        assert_eq!(answer.0, 200, "{}", answer.1);
        compared.compare("statistics.conference_base_info", id, &answer.1, &expected);
    }
}

/// The first meeting with an id: that of the earliest day and, within it, of the fact that arrived first.
fn first<'w>(meetings: &Facts<'w>, field: &str, id: &str) -> Option<&'w FactRecord> {
    let connected = meetings.with("connected", true).with(field, id);
    connected.0.into_iter().min_by(|one, other| one.day.cmp(&other.day))
}

fn detail(fixture: &Fixture, record: &FactRecord, participations: &Facts<'_>) -> Value {
    let invited = participations.people().max(record.fact["invitedCount"].as_u64().unwrap());
    let mut attended: BTreeMap<usize, u64> = BTreeMap::new();
    for one in participations.with("joined", true).0 {
        *attended.entry(one.who.unwrap()).or_default() += one.fact["attendMs"].as_u64().unwrap();
    }
    let members: Vec<Value> = attended
        .iter()
        .map(|(who, ms)| {
            let person = &fixture.people[*who];
            json!({ "unionId": person.unionid, "name": person.name, "attendDuration": ms,
                    "staffId": person.userid })
        })
        .collect();
    let starter = &fixture.people[record.who.unwrap()];
    json!({
        "conferenceId": record.fact["conferenceId"],
        "title": record.fact["title"],
        "confStartTime": record.at,
        "duration": record.fact["durationMs"],
        "totalNum": invited,
        "attendeeNum": attended.len(),
        "attendeePercentage": format!("{}%", half_up(attended.len() as u64 * 100, invited)),
        "callerId": starter.unionid,
        "callerName": starter.name,
        "memberList": members,
    })
}
