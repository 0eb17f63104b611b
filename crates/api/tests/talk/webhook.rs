use carillon_domain::{event, inbox, talk::link};
use carillon_model::{
    event::EventKind,
    id::{AccountId, UserId},
    message::{CardAction, CardButton, Message},
    talk::{FeedLink, TalkContent},
};
use serde_json::{Value, json};

use crate::matrix::fixture::Fixture;
use crate::matrix::request::Request;

impl Fixture {
    /// Posts a message to an address that came with an event.
    fn post_to(&self, session: &str, body: &str) -> Value {
        let operation = carillon_api::operations().into_iter().find(|one| one.id == "robot.send_by_session");
        let request = Request::bare(&operation.unwrap(), &serde_json::Map::new())
            .with_query(&format!("session={session}"))
            .with_body("application/json", body);
        let answer = self.server.send(&request);
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    }

    fn answer(&self, body: &Value) -> Value {
        self.post_to(&self.session, &body.to_string())
    }

    fn code(&self, body: &Value) -> i64 {
        self.answer(body)["errcode"].as_i64().unwrap()
    }

    /// What the newest message to `ann` says.
    fn newest(&self) -> TalkContent {
        let account = AccountId::from(self.account.as_str());
        self.server.write(move |tx, _, corp| {
            let member = tx.member_no(corp, &UserId::from("ann"))?.unwrap();
            match inbox::messages(tx, corp, member, &account, None, 1)?.remove(0) {
                inbox::Entry::Talk(row) => Ok(row.content),
                inbox::Entry::Sent(send) => panic!("{send:?}"),
            }
        })
    }
}

#[test]
fn every_kind_of_message_is_taken_as_robots_send_it() {
    let fixture = Fixture::open();
    let said = |body: Value| {
        let answer = fixture.answer(&body);
        assert_eq!((&answer["errcode"], &answer["errmsg"]), (&json!(0), &json!("ok")), "{body}");
        fixture.newest()
    };
    // Whom to mention is ignored, and so is what robots add.
    let text = json!({ "msgtype": "text", "text": { "content": " 好 " }, "at": { "atUserIds": ["ann"], "isAtAll": true } });
    assert_eq!(said(text), TalkContent::Message(Message::Text { content: " 好 ".to_owned() }));
    let markdown = json!({ "msgtype": "markdown", "markdown": { "title": "题", "text": "# 文" } });
    let expected = Message::Markdown { title: "题".to_owned(), text: "# 文".to_owned() };
    assert_eq!(said(markdown), TalkContent::Message(expected));
    let link = |url: &str, picture: &str| json!({ "msgtype": "link", "link": { "title": "题", "text": "文", url: "https://e/", picture: "@lApic" } });
    let expected = Message::Link {
        title: "题".to_owned(),
        text: "文".to_owned(),
        url: "https://e/".to_owned(),
        picture: Some("@lApic".to_owned()),
        open_type: None,
    };
    assert_eq!(said(link("messageUrl", "picUrl")), TalkContent::Message(expected.clone()));
    assert_eq!(said(link("messageURL", "picURL")), TalkContent::Message(expected));

    let card = |rest: Value| {
        let mut card = json!({ "title": "题", "text": "文" });
        card.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        json!({ "msgtype": "actionCard", "actionCard": card })
    };
    let action = |content: TalkContent| match content {
        TalkContent::Message(Message::ActionCard { title, markdown, action }) => {
            assert_eq!((title.as_str(), markdown.as_str()), ("题", "文"));
            action
        }
        other => panic!("{other:?}"),
    };
    let whole = CardAction::Whole { title: "看".to_owned(), url: "https://e/".to_owned() };
    assert_eq!(action(said(card(json!({ "singleTitle": "看", "singleURL": "https://e/" })))), whole);
    let button = |title: &str| CardButton { title: title.to_owned(), url: "https://e/".to_owned() };
    let btns =
        json!([{ "title": "好", "actionURL": "https://e/" }, { "title": "不", "actionUrl": "https://e/" }]);
    for (orientation, horizontal) in [("0", false), ("1", true)] {
        let both = CardAction::Buttons { horizontal, buttons: vec![button("好"), button("不")] };
        assert_eq!(action(said(card(json!({ "btnOrientation": orientation, "btns": btns })))), both);
    }
    let links = json!([{ "title": "一", "messageURL": "https://e/", "picURL": "https://p/" }, { "title": "二", "messageURL": "https://f/" }]);
    let feed = |title: &str, url: &str, picture: &str| FeedLink {
        title: title.to_owned(),
        url: url.to_owned(),
        picture: picture.to_owned(),
    };
    assert_eq!(
        said(json!({ "msgtype": "feedCard", "feedCard": { "links": links } })),
        TalkContent::Feed(vec![feed("一", "https://e/", "https://p/"), feed("二", "https://f/", "")])
    );
}

#[test]
fn what_cannot_be_said_is_refused_with_the_documented_code() {
    let fixture = Fixture::open();
    let before = fixture.newest();
    for (body, code) in [
        (json!({ "msgtype": "voice", "voice": {} }), 400_105),
        (json!({ "msgtype": "action_card" }), 400_105),
        (json!({ "text": { "content": "好" } }), 40_035),
        (json!({ "msgtype": "text" }), 40_035),
        (json!({ "msgtype": "text", "text": { "content": "" } }), 40_035),
        (json!({ "msgtype": "text", "text": "好" }), 40_035),
        (json!({ "msgtype": "markdown", "markdown": { "title": "题" } }), 40_035),
        (json!({ "msgtype": "link", "link": { "title": "题", "text": "文" } }), 40_035),
        (json!({ "msgtype": "actionCard", "actionCard": { "title": "题", "text": "文" } }), 40_035),
        (
            json!({ "msgtype": "actionCard", "actionCard": { "title": "题", "text": "文", "singleTitle": "看" } }),
            40_035,
        ),
        (
            json!({ "msgtype": "actionCard", "actionCard": { "title": "题", "text": "文", "btns": [] } }),
            40_035,
        ),
        (json!({ "msgtype": "feedCard", "feedCard": { "links": [] } }), 40_035),
    ] {
        assert_eq!(fixture.code(&body), code, "{body}");
    }
    let field = fixture.answer(&json!({ "msgtype": "link", "link": { "title": "题", "text": "文" } }));
    assert!(field["errmsg"].as_str().unwrap().contains("link.messageUrl"), "{field}");
    let buttons = |count: usize| {
        let btns = vec![json!({ "title": "好", "actionURL": "https://e/" }); count];
        json!({ "msgtype": "actionCard", "actionCard": { "title": "题", "text": "文", "btns": btns } })
    };
    assert_eq!(fixture.code(&buttons(21)), 40_035);
    assert_eq!(fixture.newest(), before, "nothing of it was said");
    assert_eq!(fixture.code(&buttons(20)), 0);
    let text = json!({ "msgtype": "text", "text": { "content": "好" } }).to_string();
    for session in ["", "msgno.00", &fixture.session[..fixture.session.len() - 1]] {
        let code = if session.is_empty() { 40_035 } else { 300_001 };
        assert_eq!(fixture.post_to(session, &text)["errcode"], code, "{session}");
    }
    assert_eq!(fixture.post_to("msgno.00", &text)["errmsg"], "session 不存在");
}

#[test]
fn a_message_has_at_most_20000_bytes() {
    let fixture = Fixture::open();
    let sized = |bytes: usize| {
        let around = r#"{"msgtype":"text","text":{"content":""}}"#;
        around.replace("\"\"", &format!("\"{}\"", "a".repeat(bytes - around.len())))
    };
    assert_eq!(fixture.post_to(&fixture.session, &sized(20_000))["errcode"], 0);
    assert_eq!(fixture.post_to(&fixture.session, &sized(20_001))["errcode"], 460_101);
}

#[test]
fn answers_have_a_limit_a_minute() {
    let fixture = Fixture::open();
    let text = json!({ "msgtype": "text", "text": { "content": "好" } });
    for _ in 0..20 {
        assert_eq!(fixture.code(&text), 0);
    }
    assert_eq!(fixture.code(&text), 410_100);
}

#[test]
fn nobody_is_answered_who_is_gone_and_by_no_account_that_is() {
    let text = json!({ "msgtype": "text", "text": { "content": "好" } });
    let fixture = Fixture::open();
    fixture.ok("/topapi/v2/user/delete", &json!({ "userid": "ann" }));
    assert_eq!(fixture.code(&text), 400_013);
    let fixture = Fixture::open();
    fixture.ok("/topapi/serviceaccount/update", &json!({ "unionid": fixture.account, "status": "disabled" }));
    assert_eq!(fixture.code(&text), 400_013);
}

#[test]
fn the_picture_address_is_no_address_to_answer_to() {
    let fixture = Fixture::open();
    let id = fixture.session.split_once('.').unwrap().0.to_owned();
    let picture = fixture.server.write(move |tx, env, _| {
        let mut apps = tx.state().apps.values();
        let app = apps.find(|app| event::may_receive(app, EventKind::AccountMessage)).unwrap();
        link::picture(env, "", app, &id.as_str().into())
    });
    let text = json!({ "msgtype": "text", "text": { "content": "好" } }).to_string();
    assert_eq!(fixture.post_to(picture.rsplit('/').next().unwrap(), &text)["errcode"], 300_001);
}
