//! Events of contacts as programs read them.

use carillon_model::{
    event::{EventData, Label, MemberFacts, RaisedEvent},
    id::{CorpId, EventSeq, RoleGroupId, RoleId, UserId},
    time::Timestamp,
};
use carillon_wire::event_payload::{callback_payload, stream_payload};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

const BORN_AT: Timestamp = Timestamp(1_640_681_578_721);

/// The plaintext of a callback, and the data of a Stream frame.
fn payloads(data: EventData) -> (Value, Value) {
    let event = RaisedEvent { id: "event1".into(), born_at: BORN_AT, data };
    let corp = CorpId::from("ding1");
    let callback = callback_payload(&corp, EventSeq(1), &event, &TimeZone::UTC);
    let stream = stream_payload(&event, &TimeZone::UTC);
    (serde_json::to_value(callback).unwrap(), serde_json::to_value(stream).unwrap())
}

/// A program in Go decodes each list as texts, and each text as a role with `deleted`, `level`, `scope` and `parentId`.
#[test]
fn a_changed_role_is_the_text_of_a_whole_role_before_and_after() {
    let changed = |label, group| EventData::RoleChanged {
        label,
        name_before: "角色编辑".to_owned(),
        name_after: "角色编辑测试".to_owned(),
        group,
    };
    for (event, id, level, parent) in [
        (changed(Label::Role(RoleId(7)), Some(RoleGroupId(3))), 7, 1, 3),
        (changed(Label::Group(RoleGroupId(3)), None), 3, 0, -1),
    ] {
        let (callback, stream) = payloads(event);
        let label = |name: &str| {
            json!({
                "deleted": false, "hidden": false, "level": level, "scope": 1, "name": name, "id": id,
                "parentId": parent, "extraInfo": {},
            })
        };
        for payload in [callback, stream] {
            for (list, name) in [("PreLabelList", "角色编辑"), ("PostLabelList", "角色编辑测试")] {
                let text = payload[list][0].as_str().unwrap();
                assert_eq!(serde_json::from_str::<Value>(text).unwrap(), label(name), "{list}");
            }
            assert_eq!((&payload["LabelIdList"], &payload["scope"]), (&json!([id]), &json!("1")));
            assert_eq!(payload["TimeStamp"], "1640681578721");
        }
    }
}

/// Programs in Go decode the frame into a list: an object fails there, and the event with it.
#[test]
fn a_changed_member_is_an_object_in_callbacks_and_a_list_on_stream() {
    let facts = |name: &str| Box::new(MemberFacts { name: name.to_owned(), ..MemberFacts::default() });
    let (callback, stream) = payloads(EventData::MemberChanged {
        member: UserId::from("u1"),
        before: facts("Ian"),
        after: facts("Ianmodity"),
    });
    let change = json!({ "prev": { "name": "Ian" }, "curr": { "name": "Ianmodity" }, "userid": "u1" });
    assert_eq!((&callback["diffInfo"], &stream["diffInfo"]), (&change, &json!([change])));
    assert_eq!((&stream["userId"], &stream["eventId"]), (&json!(["u1"]), &json!("event1")));
}
