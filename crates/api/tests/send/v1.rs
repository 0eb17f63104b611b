//! The v1.0 send: its own codes, both spellings of fields, and the rules of the legacy send.

use carillon_model::{id::TaskId, message::Message};
use serde_json::{Value, json};

use crate::send::fixture::{Fixture, SEND};

pub const SEND_V1: &str = "/v1.0/exclusive/follow/message/send";

pub fn sent(fixture: &Fixture, request: &Value) -> TaskId {
    let answer = fixture.ok_v1("POST", SEND_V1, request);
    assert_eq!((&answer["errorcode"], &answer["errmsg"]), (&json!("0"), &json!("success")));
    TaskId::from(answer["task_id"].as_str().unwrap())
}

fn link(fields: Value) -> Value {
    json!({ "userid_list": ["user1"], "msg_type": "link", "msg_body": { "link": fields } })
}

#[test]
fn both_spellings_are_accepted_on_both_hosts() {
    let fixture = Fixture::open();
    let picture = fixture.picture();
    let documented = json!({ "title": "题", "summary": "文", "link_url": "https://example.com",
                             "cover_image_media_id": picture, "open_type": 2 });
    let legacy = json!({ "title": "题", "text": "文", "message_url": "https://example.com",
                         "pic_url": picture, "open_type": "2" });
    let expected = Message::Link {
        title: "题".to_owned(),
        text: "文".to_owned(),
        url: "https://example.com".to_owned(),
        picture: Some(picture),
        open_type: Some(2),
    };
    let mut cards = Vec::new();
    for spelling in ["btn_orientation", "bnt_orientation"] {
        let button = json!({ "title": "开", "action_url": "https://example.com" });
        let card = json!({ "title": "题", "markdown": "文", spelling: "1", "button_list": button });
        cards.push(
            json!({ "userid_list": "user1", "msg_type": "action_card", "msg_body": { "action_card": card } }),
        );
    }
    for of_host in [sent, |fixture: &Fixture, request: &Value| fixture.sent(request)] {
        for fields in [&documented, &legacy] {
            let request = fixture.request(link(fields.clone()));
            assert_eq!(fixture.message(&of_host(&fixture, &request)), expected);
        }
        let stored =
            cards.iter().map(|card| fixture.message(&of_host(&fixture, &fixture.request(card.clone()))));
        let stored: Vec<Message> = stored.collect();
        assert_eq!(stored[0], stored[1]);
        for roles in ["roleIds", "roleIdList"] {
            let request = fixture.text(json!({ roles: [fixture.role] }));
            assert_eq!(fixture.audience(&of_host(&fixture, &request)), [1, 4]);
        }
    }
}

#[test]
fn without_receivers_a_send_is_not_to_everybody() {
    let fixture = Fixture::open();
    let mut request = fixture.text(json!({ "userid_list": ["user2"] }));
    request.as_object_mut().unwrap().remove("is_to_all");
    assert_eq!(fixture.audience(&sent(&fixture, &request)), [2]);
    let all = fixture
        .text(json!({ "is_to_all": true, "allow_comment": true, "comment_type": 1, "show_homepage": 1 }));
    assert_eq!(fixture.audience(&sent(&fixture, &all)), [1, 2, 3, 4]);
}

#[test]
fn a_refusal_has_the_code_of_the_page() {
    let fixture = Fixture::open();
    let picture = fixture.picture();
    let with = |fields: Value| {
        let mut request = fixture.text(json!({ "is_to_all": true }));
        request.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        request
    };
    let without = |field: &str| {
        let mut request = with(json!({}));
        request.as_object_mut().unwrap().remove(field);
        request
    };
    let whole = json!({ "title": "题", "summary": "文", "link_url": "https://example.com", "cover_image_media_id": picture });
    let broken_link = |field: &str, value: Value| {
        let mut fields = whole.clone();
        fields[field] = value;
        with(link(fields))
    };
    let unknown_userids: Vec<String> = (0..1_001).map(|number| format!("nobody{number}")).collect();
    let cases = [
        (without("unionid"), "invalid.unionid", "unionid"),
        (with(json!({ "unionid": "nobody" })), "invalid.unionid", "unionid"),
        (with(json!({ "userid_list": ["user1", "nobody"] })), "invalid.userid.list", "nobody"),
        (with(json!({ "userid_list": unknown_userids })), "invalid.userid.list", "userid_list"),
        (with(json!({ "is_to_all": false })), "receivers.list.empty", "接收人列表为空"),
        (without("msg_type"), "message.not.empty", "msg_type"),
        (without("text_content"), "message.not.empty", "text_content"),
        (with(json!({ "text_content": " " })), "message.not.empty", "text_content"),
        (with(json!({ "text_content": "长".repeat(65_536) })), "message.not.empty", "text_content"),
        (with(json!({ "msg_type": "markdown" })), "message.not.empty", "msg_body.markdown"),
        (
            with(json!({ "msg_type": "markdown", "msg_body": { "markdown": { "title": "题" } } })),
            "message.not.empty",
            "msg_body.markdown.text",
        ),
        (with(json!({ "msg_type": "image" })), "message.not.empty", "media_id"),
        (with(json!({ "msg_type": "image", "media_id": "@lAnothing" })), "invalid.media.id", "@lAnothing"),
        (with(json!({ "msg_type": "news_card", "media_id": picture })), "invalid.media.id", "media_id"),
        (with(json!({ "msg_type": "image", "media_id": "长".repeat(257) })), "invalid.media.id", "media_id"),
        (with(json!({ "msg_type": "link" })), "link.params.missing", "msg_body.link"),
        (broken_link("title", json!(null)), "link.params.missing", "msg_body.link.title"),
        (broken_link("summary", json!("")), "link.params.missing", "msg_body.link.summary"),
        (broken_link("link_url", json!(null)), "link.params.missing", "msg_body.link.link_url"),
        (broken_link("title", json!("长".repeat(65))), "link.params.missing", "msg_body.link.title"),
        (broken_link("open_type", json!(3)), "link.params.missing", "msg_body.link.open_type"),
        (broken_link("cover_image_media_id", json!("@lAnothing")), "invalid.media.id", "@lAnothing"),
        (without("uuid"), "param.illegal", "uuid"),
        (with(json!({ "uuid": "长".repeat(129) })), "param.illegal", "uuid"),
        (with(json!({ "dep_id_list": vec![1; 1_001] })), "param.illegal", "dep_id_list"),
        (with(json!({ "roleIds": vec![1; 1_001] })), "param.illegal", "roleIds"),
        (with(json!({ "dep_id_list": [4711] })), "param.illegal", "dep_id_list[0]"),
        (with(json!({ "comment_type": 2 })), "param.illegal", "comment_type"),
    ];
    for (request, code, named) in cases {
        fixture.refuses_v1("POST", SEND_V1, &request, code, &[named]);
    }
    sent(&fixture, &broken_link("title", json!("长".repeat(64))));
    let request = with(json!({}));
    sent(&fixture, &request);
    fixture.refuses_v1("POST", SEND_V1, &request, "uuid.repeat", &["uuid重复"]);
    fixture.refuses(SEND, &request, 800_035, &["uuid"]);
    fixture.ok("/topapi/serviceaccount/update", &json!({ "unionid": fixture.unionid, "status": "disabled" }));
    fixture.refuses_v1("POST", SEND_V1, &with(json!({})), "invalid.unionid", &["unionid非法"]);
}
