//! What members do in a conversation, as programs hear of it and answer.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    browser::{Browser, Part},
    program::Program,
    receiver::{AES_KEY, Receiver, TOKEN},
};

/// A picture of one pixel.
const GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF,\0\0\0\0\x01\0\x01\0\0\x02\x01D\0;";

/// A service account with a menu, a member with the inbox open, and a program that is told of both.
pub struct Office {
    pub program: Program,
    pub receiver: Receiver,
    pub unionid: String,
}

impl Office {
    pub fn open(settings: &[(&'static str, &str)]) -> Self {
        let program = Program::start(settings);
        let receiver = Receiver::start(&program.corp);
        let registration = json!({
            "call_back_tag": ["isw_user_msg_received", "isw_user_event_received"],
            "token": TOKEN, "aes_key": AES_KEY, "url": receiver.url,
        });
        assert_eq!(program.call("/call_back/register_call_back", &registration)["errcode"], 0);
        let picture = program.upload(GIF);
        let account =
            json!({ "name": "新闻", "avatar_media_id": picture, "desc": "d", "preview_media_id": picture });
        let added = program.call("/topapi/serviceaccount/add", &account);
        let unionid = added["unionid"].as_str().unwrap().to_owned();
        let menu = json!({ "enable_input": true, "status": 0, "button": [
            { "name": "今天", "type": "click", "key": "TODAY" },
            { "name": "图", "type": "media_id", "media_id": picture, "key": "PICTURE" },
            { "name": "另一张", "type": "media_id", "media_id": picture },
        ] });
        let menu =
            program.call("/topapi/serviceaccount/menu/update", &json!({ "unionid": unionid, "menu": menu }));
        assert_eq!(menu["errcode"], 0, "{menu}");
        program.add_member("zhang");
        Self { program, receiver, unionid }
    }

    pub fn member(&self) -> Browser {
        Browser::sign_in(&self.program.url, "zhang", "long enough 1").unwrap()
    }

    /// Answers to an address, as programs do.
    fn answer(&self, webhook: &Value, body: &Value) -> Value {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        agent.post(webhook.as_str().unwrap()).send_json(body).unwrap().body_mut().read_json().unwrap()
    }
}

fn fields(message: &Value) -> BTreeSet<&str> {
    message.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn a_text_is_heard_of_and_its_answer_is_in_the_inbox() {
    let office = Office::open(&[]);
    let member = office.member();
    let written = member.write(&office.unionid, "今天天气？");
    let event = office.receiver.have(1).remove(0);
    let documented = [
        "EventType",
        "EventTime",
        "CorpId",
        "BizId",
        "eventId",
        "toUser",
        "msgType",
        "fromUser",
        "createTime",
        "fromUserId",
        "sessionWebhook",
        "msgId",
        "tmpPicUrl",
        "senderNick",
        "sessionWebhookExpiredTime",
        "content",
    ];
    assert_eq!(fields(&event), documented.into(), "{event}");
    assert_eq!(event["EventType"], "isw_user_msg_received");
    assert_eq!((&event["toUser"], &event["msgId"]), (&json!(office.unionid), &json!(written[0])));
    assert_eq!(
        (&event["msgType"], &event["content"], &event["tmpPicUrl"]),
        (&json!("text"), &json!("今天天气？"), &json!(""))
    );
    assert_eq!((&event["fromUserId"], &event["senderNick"]), (&json!("zhang"), &json!("zhang")));
    let lasts = event["sessionWebhookExpiredTime"].as_i64().unwrap() - event["createTime"].as_i64().unwrap();
    assert_eq!(lasts, 90 * 60_000);
    let webhook = &event["sessionWebhook"];
    assert!(
        webhook
            .as_str()
            .unwrap()
            .starts_with(&format!("{}/robot/sendBySession?session=", office.program.url))
    );

    let text = json!({ "msgtype": "text", "text": { "content": "晴" } });
    let answered = office.answer(webhook, &text);
    assert_eq!((&answered["errcode"], &answered["errmsg"]), (&json!(0), &json!("ok")), "{answered}");
    let row = member.row(&office.unionid).unwrap();
    assert_eq!((row.summary.as_str(), row.unread), ("晴", 1));
    let ids = member.conversation(&office.unionid);
    assert!(member.message(&office.unionid, &ids[1]).unwrap().contains("晴"));
    assert_eq!(member.row(&office.unionid).unwrap().unread, 0);

    let changed = webhook.as_str().unwrap().replace("session=msg", "session=msh");
    assert_eq!(office.answer(&json!(changed), &text)["errcode"], 300_001);
}

#[test]
fn a_member_does_not_choose_where_programs_answer() {
    let office = Office::open(&[]);
    let member = office.member();
    let path = format!("/inbox/a/{}/messages", office.unionid);
    let text = [Part::text("text", "喂")];
    assert_eq!(member.submit_parts(&path, &text, &[("host", "evil.example")]).0, 303);
    let webhook = &office.receiver.have(1)[0]["sessionWebhook"];
    assert!(webhook.as_str().unwrap().starts_with(&office.program.url), "{webhook}");
}

#[test]
fn a_picture_is_heard_of_by_an_address_that_leads_to_it() {
    let office = Office::open(&[]);
    let member = office.member();
    let path = format!("/inbox/a/{}/messages", office.unionid);
    assert_eq!(member.submit_parts(&path, &[Part::file("picture", "a.gif", GIF)], &[]).0, 303);
    let event = office.receiver.have(1).remove(0);
    assert_eq!((&event["msgType"], &event["content"]), (&json!("image"), &json!("")));
    let address = event["tmpPicUrl"].as_str().unwrap();
    let mut answer = ureq::get(address).call().unwrap();
    assert_eq!(answer.headers()["content-type"], "image/gif");
    assert_eq!(answer.headers()["cache-control"], "private, no-store");
    assert_eq!(answer.body_mut().read_to_vec().unwrap(), GIF);
    assert!(ureq::get(address.trim_end_matches(|digit: char| digit.is_ascii_hexdigit())).call().is_err());

    // Both addresses end when they are said to.
    let office = Office::open(&[("CARILLON_TALK_WEBHOOK_MINUTES", "0")]);
    let member = office.member();
    assert_eq!(
        member
            .submit_parts(
                &format!("/inbox/a/{}/messages", office.unionid),
                &[Part::file("picture", "a.gif", GIF)],
                &[]
            )
            .0,
        303
    );
    let event = office.receiver.have(1).remove(0);
    assert!(ureq::get(event["tmpPicUrl"].as_str().unwrap()).call().is_err());
    let text = json!({ "msgtype": "text", "text": { "content": "晚" } });
    assert_eq!(office.answer(&event["sessionWebhook"], &text)["errcode"], 300_001);
}

#[test]
fn choices_are_heard_of_in_their_order_among_texts() {
    let office = Office::open(&[("CARILLON_TALK_MESSAGES_PER_MINUTE", "0")]);
    let member = office.member();
    for number in 0..10 {
        member.write(&office.unionid, &number.to_string());
        assert_eq!(member.choose(&office.unionid, "0").0, 200);
    }
    assert_eq!(member.choose(&office.unionid, "2").0, 200, "without a key there is nothing to tell");
    assert_eq!(member.choose(&office.unionid, "1").0, 200);
    let events = office.receiver.have(21);
    let told: Vec<_> = events
        .iter()
        .map(|event| event["content"].as_str().or(event["actionKey"].as_str()).unwrap())
        .collect();
    let expected: Vec<_> = (0..10)
        .flat_map(|number| [number.to_string(), "TODAY".to_owned()])
        .chain(["PICTURE".to_owned()])
        .collect();
    assert_eq!(told, expected);
    let choice = &events[1];
    let documented = [
        "EventType",
        "EventTime",
        "CorpId",
        "BizId",
        "eventId",
        "toUser",
        "actionType",
        "fromUser",
        "createTime",
        "actionKey",
    ];
    assert_eq!(fields(choice), documented.into());
    assert_eq!(
        (&choice["EventType"], &choice["actionType"]),
        (&json!("isw_user_event_received"), &json!("click"))
    );
    assert_eq!((&choice["toUser"], &choice["fromUser"]), (&json!(office.unionid), &events[0]["fromUser"]));
    assert_eq!(office.program.settled().len(), 21, "and of nothing else");
}

#[test]
fn what_is_refused_is_not_heard_of() {
    let office = Office::open(&[]);
    let member = office.member();
    let unionid = &office.unionid;
    let blocked = format!("/v1.0/carillon/service-accounts/{unionid}/blocked-members");
    office.program.put(&blocked, &json!({ "black_user_id_list": ["zhang"] }));
    let path = format!("/inbox/a/{unionid}/messages");
    assert_eq!(member.submit_parts(&path, &[Part::text("text", "喂")], &[]).0, 403);
    assert_eq!(member.choose(unionid, "0").0, 403);
    office.program.put(&blocked, &json!({}));
    assert_eq!(member.submit_parts(&path, &[Part::text("text", " ")], &[]).0, 422);
    assert_eq!(member.choose(unionid, "9").0, 404);
    let written = member.write(unionid, "听得见吗");
    assert_eq!(office.receiver.have(1)[0]["msgId"], written[0]);
    assert_eq!(office.program.settled().len(), 1);
}

#[test]
fn a_message_and_its_event_outlive_a_crash_together() {
    let mut office = Office::open(&[]);
    let member = office.member();
    office.receiver.fail(true);
    let written = member.write(&office.unionid, "还在吗");
    office.receiver.have(1);
    office.program.crash();
    office.receiver.fail(false);
    let member = member.moved_to(&office.program.url);
    assert_eq!(member.conversation(&office.unionid), written);
    let events = office.receiver.have(2);
    assert_eq!(events[1]["eventId"], events[0]["eventId"]);
    // The address that was told names the server as it was; the session outlives it.
    let session = events[1]["sessionWebhook"].as_str().unwrap().split_once("/robot").unwrap().1;
    let webhook = json!(format!("{}/robot{session}", office.program.url));
    let text = json!({ "msgtype": "text", "text": { "content": "在" } });
    assert_eq!(office.answer(&webhook, &text)["errcode"], 0);
    assert_eq!(member.conversation(&office.unionid).len(), 2);
}
