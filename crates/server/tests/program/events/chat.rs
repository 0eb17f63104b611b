//! Chats with programs: events of members' messages, and replies by webhook.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use testkit::{
    browser::{Browser, Part},
    file::GIF,
    program::ProgramFixture,
    receiver::{AES_KEY, Receiver, TOKEN},
};

/// A service account with a menu, a member with an open inbox, and a program that receives the events of both.
pub struct ConversationFixture {
    pub fixture: ProgramFixture,
    pub receiver: Receiver,
    /// The unionid of the account.
    pub unionid: String,
}

impl ConversationFixture {
    pub fn start(variables: &[(&str, &str)]) -> Self {
        let fixture = ProgramFixture::with_variables(variables);
        let receiver = Receiver::start(&fixture.corp);
        let registration = json!({
            "call_back_tag": ["isw_user_msg_received", "isw_user_event_received"],
            "token": TOKEN, "aes_key": AES_KEY, "url": receiver.url,
        });
        fixture.ok("/call_back/register_call_back", &registration);
        let picture = fixture.program().upload(&fixture.token, "image", "a.gif", GIF);
        let menu = json!({ "enable_input": true, "status": 0, "button": [
            { "name": "今天", "type": "click", "key": "TODAY" },
            { "name": "图", "type": "media_id", "media_id": picture["media_id"], "key": "PICTURE" },
            { "name": "另一张", "type": "media_id", "media_id": picture["media_id"] },
        ] });
        let unionid = fixture.unionid.clone();
        fixture.ok("/topapi/serviceaccount/menu/update", &json!({ "unionid": unionid, "menu": menu }));
        fixture.member_with_password("zhang", 1);
        Self { fixture, receiver, unionid }
    }

    pub fn member(&self) -> Browser {
        self.fixture.sign_in("zhang").unwrap()
    }

    /// Replies to a webhook as programs do.
    pub fn reply(&self, webhook: &Value, body: &Value) -> Value {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        agent.post(webhook.as_str().unwrap()).send_json(body).unwrap().body_mut().read_json().unwrap()
    }
}

fn fields(message: &Value) -> BTreeSet<&str> {
    message.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn a_text_raises_an_event_and_the_reply_is_in_the_inbox() {
    let conversation = ConversationFixture::start(&[]);
    let member = conversation.member();
    let written = member.write(&conversation.unionid, "今天天气？");
    let event = conversation.receiver.wait_for(1).remove(0);
    let documented = [
        "EventType",
        "EventTime",
        "CorpId",
        "corpId",
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
    assert_eq!((&event["toUser"], &event["msgId"]), (&json!(conversation.unionid), &json!(written[0])));
    assert_eq!(
        (&event["msgType"], &event["content"], &event["tmpPicUrl"]),
        (&json!("text"), &json!("今天天气？"), &json!(""))
    );
    assert_eq!((&event["fromUserId"], &event["senderNick"]), (&json!("zhang"), &json!("zhang")));
    let lifetime_ms =
        event["sessionWebhookExpiredTime"].as_i64().unwrap() - event["createTime"].as_i64().unwrap();
    assert_eq!(lifetime_ms, 90 * 60_000);
    let webhook = &event["sessionWebhook"];
    assert!(
        webhook
            .as_str()
            .unwrap()
            .starts_with(&format!("{}/robot/sendBySession?session=", conversation.fixture.url()))
    );

    let text = json!({ "msgtype": "text", "text": { "content": "晴" } });
    let answered = conversation.reply(webhook, &text);
    assert_eq!((&answered["errcode"], &answered["errmsg"]), (&json!(0), &json!("ok")), "{answered}");
    let row = member.row(&conversation.unionid).unwrap();
    assert_eq!((row.summary.as_str(), row.unread), ("晴", 1));
    let ids = member.conversation(&conversation.unionid);
    assert!(member.message(&conversation.unionid, &ids[1]).unwrap().contains("晴"));
    assert_eq!(member.row(&conversation.unionid).unwrap().unread, 0);

    let changed = webhook.as_str().unwrap().replace("session=msg", "session=msh");
    assert_eq!(conversation.reply(&json!(changed), &text)["errcode"], 300_001);
}

#[test]
fn a_member_cannot_choose_the_host_of_the_webhook() {
    let conversation = ConversationFixture::start(&[]);
    let member = conversation.member();
    let path = format!("/inbox/a/{}/messages", conversation.unionid);
    let text = [Part::text("text", "喂")];
    assert_eq!(member.submit_parts(&path, &text, &[("host", "evil.example")]).0, 303);
    let webhook = &conversation.receiver.wait_for(1)[0]["sessionWebhook"];
    assert!(webhook.as_str().unwrap().starts_with(conversation.fixture.url()), "{webhook}");
}

#[test]
fn a_picture_event_has_a_working_address() {
    let conversation = ConversationFixture::start(&[]);
    let member = conversation.member();
    let path = format!("/inbox/a/{}/messages", conversation.unionid);
    assert_eq!(member.submit_parts(&path, &[Part::file("picture", "a.gif", GIF)], &[]).0, 303);
    let event = conversation.receiver.wait_for(1).remove(0);
    assert_eq!((&event["msgType"], &event["content"]), (&json!("image"), &json!("")));
    let address = event["tmpPicUrl"].as_str().unwrap();
    let mut reply = ureq::get(address).call().unwrap();
    assert_eq!(reply.headers()["content-type"], "image/gif");
    assert_eq!(reply.headers()["cache-control"], "private, no-store");
    assert_eq!(reply.body_mut().read_to_vec().unwrap(), GIF);
    assert!(ureq::get(address.trim_end_matches(|digit: char| digit.is_ascii_hexdigit())).call().is_err());

    // Both addresses expire when documented.
    let conversation = ConversationFixture::start(&[("CARILLON_CHAT_WEBHOOK_MINUTES", "0")]);
    let member = conversation.member();
    assert_eq!(
        member
            .submit_parts(
                &format!("/inbox/a/{}/messages", conversation.unionid),
                &[Part::file("picture", "a.gif", GIF)],
                &[]
            )
            .0,
        303
    );
    let event = conversation.receiver.wait_for(1).remove(0);
    assert!(ureq::get(event["tmpPicUrl"].as_str().unwrap()).call().is_err());
    let text = json!({ "msgtype": "text", "text": { "content": "晚" } });
    assert_eq!(conversation.reply(&event["sessionWebhook"], &text)["errcode"], 300_001);
}

#[test]
fn menu_choices_and_texts_raise_events_in_order() {
    let conversation = ConversationFixture::start(&[("CARILLON_CHAT_MESSAGES_PER_MINUTE", "0")]);
    let member = conversation.member();
    for number in 0..10 {
        member.write(&conversation.unionid, &number.to_string());
        assert_eq!(member.choose(&conversation.unionid, "0").0, 200);
    }
    assert_eq!(member.choose(&conversation.unionid, "2").0, 200, "a button without a key raises no event");
    assert_eq!(member.choose(&conversation.unionid, "1").0, 200);
    let events = conversation.receiver.wait_for(21);
    let received: Vec<_> = events
        .iter()
        .map(|event| event["content"].as_str().or(event["actionKey"].as_str()).unwrap())
        .collect();
    let expected: Vec<_> = (0..10)
        .flat_map(|number| [number.to_string(), "TODAY".to_owned()])
        .chain(["PICTURE".to_owned()])
        .collect();
    assert_eq!(received, expected);
    let choice = &events[1];
    let documented = [
        "EventType",
        "EventTime",
        "CorpId",
        "corpId",
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
    assert_eq!(
        (&choice["toUser"], &choice["fromUser"]),
        (&json!(conversation.unionid), &events[0]["fromUser"])
    );
    assert_eq!(conversation.fixture.wait_until_delivered().len(), 21, "no other events");
}

#[test]
fn a_refused_message_raises_no_event() {
    let conversation = ConversationFixture::start(&[]);
    let member = conversation.member();
    let unionid = &conversation.unionid;
    let blocked = format!("/v1.0/carillon/service-accounts/{unionid}/blocked-members");
    conversation.fixture.put(&blocked, &json!({ "black_user_id_list": ["zhang"] }));
    let path = format!("/inbox/a/{unionid}/messages");
    assert_eq!(member.submit_parts(&path, &[Part::text("text", "喂")], &[]).0, 403);
    assert_eq!(member.choose(unionid, "0").0, 403);
    conversation.fixture.put(&blocked, &json!({}));
    assert_eq!(member.submit_parts(&path, &[Part::text("text", " ")], &[]).0, 422);
    assert_eq!(member.choose(unionid, "9").0, 404);
    let written = member.write(unionid, "听得见吗");
    assert_eq!(conversation.receiver.wait_for(1)[0]["msgId"], written[0]);
    assert_eq!(conversation.fixture.wait_until_delivered().len(), 1);
}

#[test]
fn a_message_and_its_event_survive_a_crash_together() {
    let mut conversation = ConversationFixture::start(&[]);
    let member = conversation.member();
    conversation.receiver.fail(true);
    let written = member.write(&conversation.unionid, "还在吗");
    conversation.receiver.wait_for(1);
    conversation.fixture.crash();
    conversation.receiver.fail(false);
    let member = member.moved_to(conversation.fixture.url());
    assert_eq!(member.conversation(&conversation.unionid), written);
    let events = conversation.receiver.wait_for(2);
    assert_eq!(events[1]["eventId"], events[0]["eventId"]);
    // The webhook names the former address of the server; its session survives.
    let session = events[1]["sessionWebhook"].as_str().unwrap().split_once("/robot").unwrap().1;
    let webhook = json!(format!("{}/robot{session}", conversation.fixture.url()));
    let text = json!({ "msgtype": "text", "text": { "content": "在" } });
    assert_eq!(conversation.reply(&webhook, &text)["errcode"], 0);
    assert_eq!(member.conversation(&conversation.unionid).len(), 2);
}
