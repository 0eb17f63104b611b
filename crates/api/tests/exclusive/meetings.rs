use carillon_model::fact::{VideoMeeting, VideoParticipation};
use serde_json::json;

use testkit::server::NOW;

use crate::exclusive::fixture::{Fixture, open};

const PATH: &str = "/v1.0/exclusive/data/conferences";

fn with_meetings() -> Fixture {
    let fixture = open();
    let meeting = |id: &str, connected| VideoMeeting {
        conference_id: id.to_owned(),
        logical_conference_id: Some(format!("before-{id}")),
        title: "周会".to_owned(),
        duration_ms: 1_800_000,
        invited_count: 3,
        connected,
    };
    fixture.record_fact(0, "a", meeting("m1", true));
    fixture.record_fact(0, "a", meeting("m2", false));
    for (userid, joined, attend_ms) in
        [("b", true, 900_000), ("a", true, 1_800_000), ("b", true, 1), ("c", false, 0)]
    {
        fixture.record_fact(
            0,
            userid,
            VideoParticipation { conference_id: "m1".to_owned(), joined, attend_ms },
        );
    }
    fixture
}

#[test]
fn a_meeting_by_either_id() {
    let fixture = with_meetings();
    let (a, b) = (fixture.unionid("a"), fixture.unionid("b"));
    let expected = json!({ "conferenceId": "m1", "title": "周会", "startTime": NOW, "logicalConferenceId": "before-m1",
                           "unionId": a, "nickname": "员a" });
    assert_eq!(fixture.get(&format!("{PATH}?logicalConferenceId=before-m1")), expected);
    let members = json!([
        { "unionId": a, "name": "员a", "attendDuration": 1_800_000, "staffId": "a" },
        { "unionId": b, "name": "员b", "attendDuration": 900_001, "staffId": "b" },
    ]);
    let expected = json!({
        "conferenceId": "m1", "title": "周会", "confStartTime": NOW, "duration": 1_800_000, "totalNum": 3, "attendeeNum": 2,
        "attendeePercentage": "67%", "callerId": a, "callerName": "员a", "memberList": members,
    });
    assert_eq!(fixture.get(&format!("{PATH}/m1")), expected);
    // A leaver is still named.
    fixture.server.ok("/topapi/v2/user/delete", &json!({ "userid": "a" }));
    assert_eq!(fixture.get(&format!("{PATH}/m1")), expected);
}

#[test]
fn an_unknown_meeting_is_refused() {
    let fixture = with_meetings();
    for (path, status, message) in [
        (format!("{PATH}?logicalConferenceId=none"), 500, "error: none"),
        // This meeting never connected.
        (format!("{PATH}?logicalConferenceId=before-m2"), 500, "error: before-m2"),
        (format!("{PATH}/none"), 400, "error: none"),
        (format!("{PATH}/m2"), 400, "error: m2"),
        (format!("{PATH}/{}", "m".repeat(129)), 400, "error: conferenceId must have at most 128 characters"),
    ] {
        assert_eq!(fixture.refused(&path), (status, "params.error".to_owned(), message.to_owned()), "{path}");
    }
    let (status, code, _) = fixture.refused(PATH);
    assert_eq!((status, code.as_str()), (400, "MissinglogicalConferenceId"));
}
