use carillon_domain::{chat::app_url, event, inbox};
use carillon_model::{
    chat::{ChatContent, FeedLink},
    event::EventKind,
    id::{AccountId, UserId},
    message::{CardAction, CardButton, Message},
    settings::{ChatSettings, Settings},
};
use serde_json::{Value, json};

use crate::matrix::fixture::Fixture;
use crate::matrix::request::Request;

impl Fixture {
    /// Posts a message to the `sessionWebhook` of an event.
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

    /// The content of the newest message to `ann`.
    fn newest(&self) -> ChatContent {
        let account = AccountId::from(self.account.as_str());
        self.server.write(move |tx, _, corp| {
            let member = tx.member_no(corp, &UserId::from("ann"))?.unwrap();
            match inbox::messages(tx, corp, member, &account, None, 1)?.remove(0) {
                inbox::Entry::Chat(row) => Ok(row.content),
                inbox::Entry::Sent(send) => panic!("{send:?}"),
            }
        })
    }
}

#[test]
fn every_kind_of_robot_message_is_accepted() {
    let fixture = Fixture::open();
    let content_of = |body: Value| {
        let answer = fixture.answer(&body);
        assert_eq!((&answer["errcode"], &answer["errmsg"]), (&json!(0), &json!("ok")), "{body}");
        fixture.newest()
    };
    // Mentions, and fields that robots add, are ignored.
    let text = json!({ "msgtype": "text", "text": { "content": " 好 " }, "at": { "atUserIds": ["ann"], "isAtAll": true } });
    assert_eq!(content_of(text), ChatContent::Message(Message::Text { content: " 好 ".to_owned() }));
    let markdown = json!({ "msgtype": "markdown", "markdown": { "title": "题", "text": "# 文" } });
    let expected = Message::Markdown { title: "题".to_owned(), text: "# 文".to_owned() };
    assert_eq!(content_of(markdown), ChatContent::Message(expected));
    let link = |url: &str, picture: &str| json!({ "msgtype": "link", "link": { "title": "题", "text": "文", url: "https://e/", picture: "@lApic" } });
    let expected = Message::Link {
        title: "题".to_owned(),
        text: "文".to_owned(),
        url: "https://e/".to_owned(),
        picture: Some("@lApic".to_owned()),
        open_type: None,
    };
    assert_eq!(content_of(link("messageUrl", "picUrl")), ChatContent::Message(expected.clone()));
    assert_eq!(content_of(link("messageURL", "picURL")), ChatContent::Message(expected));

    let card = |rest: Value| {
        let mut card = json!({ "title": "题", "text": "文" });
        card.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        json!({ "msgtype": "actionCard", "actionCard": card })
    };
    let action = |content: ChatContent| match content {
        ChatContent::Message(Message::ActionCard { title, markdown, action }) => {
            assert_eq!((title.as_str(), markdown.as_str()), ("题", "文"));
            action
        }
        other => panic!("{other:?}"),
    };
    let whole_card = CardAction::Whole { title: "看".to_owned(), url: "https://e/".to_owned() };
    assert_eq!(
        action(content_of(card(json!({ "singleTitle": "看", "singleURL": "https://e/" })))),
        whole_card
    );
    let button = |title: &str| CardButton { title: title.to_owned(), url: "https://e/".to_owned() };
    let btns =
        json!([{ "title": "好", "actionURL": "https://e/" }, { "title": "不", "actionUrl": "https://e/" }]);
    for (orientation, horizontal) in [("0", false), ("1", true)] {
        let both = CardAction::Buttons { horizontal, buttons: vec![button("好"), button("不")] };
        assert_eq!(action(content_of(card(json!({ "btnOrientation": orientation, "btns": btns })))), both);
    }
    let links = json!([{ "title": "一", "messageURL": "https://e/", "picURL": "https://p/" }, { "title": "二", "messageUrl": "https://f/", "picUrl": "@p" }]);
    let feed = |title: &str, url: &str, picture: &str| FeedLink {
        title: title.to_owned(),
        url: url.to_owned(),
        picture: picture.to_owned(),
    };
    assert_eq!(
        content_of(json!({ "msgtype": "feedCard", "feedCard": { "links": links } })),
        ChatContent::Feed(vec![feed("一", "https://e/", "https://p/"), feed("二", "https://f/", "@p")])
    );
}

/// A message of a kind, with `part` under the name of the kind.
fn message(kind: &str, part: Value) -> Value {
    let mut message = json!({ "msgtype": kind });
    message[kind] = part;
    message
}

/// A complete part of each kind.
fn complete_part(kind: &str) -> Value {
    let url = "https://e/";
    match kind {
        "text" => json!({ "content": "好" }),
        "link" => json!({ "title": "题", "text": "文", "messageUrl": url }),
        "markdown" => json!({ "title": "题", "text": "文" }),
        "actionCard" => json!({ "title": "题", "text": "文", "singleTitle": "看", "singleURL": url }),
        "feedCard" => json!({ "links": [{ "title": "一", "messageURL": url, "picURL": url }] }),
        other => panic!("{other}"),
    }
}

#[test]
fn each_bad_part_of_a_message_has_its_code() {
    let fixture = Fixture::open();
    let before = fixture.newest();
    let refuses = |body: &Value, code: i64, part: &str| {
        let answer = fixture.answer(body);
        let errmsg = answer["errmsg"].as_str().unwrap();
        assert_eq!(answer["errcode"], code, "{body}: {answer}");
        assert!(errmsg.contains(&format!("miss param : {part}")), "{body}: {errmsg}");
        assert_eq!(answer.as_object().unwrap().len(), 2, "{answer}");
    };
    for (kind, code) in [
        ("text", 400_201),
        ("link", 400_301),
        ("markdown", 400_401),
        ("actionCard", 400_501),
        ("feedCard", 400_601),
    ] {
        refuses(&json!({ "msgtype": kind }), code, kind);
        for wrong in [json!(null), json!(""), json!("好"), json!(5), json!([1])] {
            refuses(&message(kind, wrong), code, kind);
        }
        // A part of another kind does not replace the missing one.
        let other = if kind == "text" { "markdown" } else { "text" };
        let mut elsewhere = message(other, complete_part(other));
        elsewhere["msgtype"] = json!(kind);
        refuses(&elsewhere, code, kind);
    }
    for (kind, field, code) in [
        ("text", "content", 400_202),
        ("link", "text", 400_302),
        ("link", "title", 400_303),
        ("link", "messageUrl", 400_304),
        ("markdown", "title", 400_402),
        ("markdown", "text", 400_403),
        ("actionCard", "title", 400_502),
        ("actionCard", "text", 400_503),
        ("actionCard", "singleTitle", 400_504),
        ("actionCard", "singleURL", 400_505),
        ("feedCard", "links", 400_602),
    ] {
        let mut part = complete_part(kind);
        part.as_object_mut().unwrap().remove(field);
        refuses(&message(kind, part.clone()), code, &format!("{kind}->{field}"));
        for blank in [json!(null), json!(""), json!("  ")] {
            part[field] = blank;
            refuses(&message(kind, part.clone()), code, &format!("{kind}->{field}"));
        }
    }
    for (field, code) in [("title", 400_603), ("messageURL", 400_604), ("picURL", 400_605)] {
        let mut links = json!([complete_part("feedCard")["links"][0], complete_part("feedCard")["links"][0]]);
        links[1].as_object_mut().unwrap().remove(field);
        refuses(&message("feedCard", json!({ "links": links })), code, &format!("feedCard->links->{field}"));
        links[1][field] = json!("");
        refuses(&message("feedCard", json!({ "links": links })), code, &format!("feedCard->links->{field}"));
    }
    let card = |rest: Value| {
        let mut card = json!({ "title": "题", "text": "文" });
        card.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        message("actionCard", card)
    };
    for (rest, code, part) in [
        (json!({}), 400_506, "actionCard->btns"),
        (json!({ "btns": [] }), 400_506, "actionCard->btns"),
        (json!({ "btns": "none" }), 400_506, "actionCard->btns"),
        (json!({ "btns": [{ "actionURL": "https://e/" }] }), 400_507, "actionCard->btns->title"),
        (json!({ "btns": [{ "title": "好" }] }), 400_508, "actionCard->btns->actionURL"),
        (json!({ "btns": [{ "title": "好", "actionURL": "" }] }), 400_508, "actionCard->btns->actionURL"),
        (json!({ "singleTitle": "看" }), 400_505, "actionCard->singleURL"),
        (json!({ "singleURL": "https://e/" }), 400_504, "actionCard->singleTitle"),
    ] {
        refuses(&card(rest), code, part);
    }
    for (kind, too_many) in [
        (
            "actionCard",
            json!({ "title": "题", "text": "文", "btns": vec![json!({ "title": "好", "actionURL": "https://e/" }); 21] }),
        ),
        ("feedCard", json!({ "links": vec![complete_part("feedCard")["links"][0].clone(); 21] })),
    ] {
        let code = if kind == "feedCard" { 400_602 } else { 400_506 };
        assert_eq!(fixture.code(&message(kind, too_many)), code);
    }
    assert_eq!(fixture.newest(), before, "nothing of it was posted");
    let buttons = vec![json!({ "title": "好", "actionURL": "https://e/" }); 20];
    assert_eq!(fixture.code(&card(json!({ "btns": buttons }))), 0);
    let links = vec![complete_part("feedCard")["links"][0].clone(); 20];
    assert_eq!(fixture.code(&message("feedCard", json!({ "links": links }))), 0);
}

#[test]
fn an_invalid_message_has_the_code_of_robots() {
    let fixture = Fixture::open();
    for kind in ["voice", "action_card", "TEXT", "image", "oa", "file"] {
        let answer = fixture.answer(&message(kind, json!({ "content": "好" })));
        assert_eq!(answer["errcode"], 400_105, "{answer}");
        assert!(answer["errmsg"].as_str().unwrap().starts_with("不支持的消息类型"), "{answer}");
    }
    for kind in [
        json!({ "text": { "content": "好" } }),
        json!({ "msgtype": "", "text": {} }),
        json!({ "msgtype": null }),
    ] {
        let answer = fixture.answer(&kind);
        assert_eq!(answer["errcode"], 40_035, "{answer}");
        assert_eq!(answer["errmsg"], "缺少参数 msgtype");
    }
    for body in
        ["", " ", "{\"msgtype\":", "[1]", "5", "{\"msgtype\":\"text\",\"text\":{\"content\":\"C:\\D\"}}"]
    {
        let answer = fixture.post_to(&fixture.session, body);
        assert_eq!(answer["errcode"], 40_035, "{body}: {answer}");
        assert_eq!(answer["errmsg"], "缺少参数 json");
    }
    let raw = "{\"msgtype\":\"text\",\"text\":{\"content\":\"一\n二\"}}";
    assert_eq!(fixture.post_to(&fixture.session, raw)["errcode"], 0, "robots take raw line breaks");
    let operation =
        carillon_api::operations().into_iter().find(|one| one.id == "robot.send_by_session").unwrap();
    let request = Request::bare(&operation, &serde_json::Map::new())
        .with_query(&format!("session={}", fixture.session));
    let form = request.clone().with_body("application/x-www-form-urlencoded", "msgtype=text&text=%7B%7D");
    assert_eq!(fixture.server.send(&form).body["errcode"], 43_004);
    let get = request.with_method(axum::http::Method::GET);
    assert_eq!(fixture.server.send(&get).body, json!({ "errcode": 43_002, "errmsg": "需要POST请求" }));
}

#[test]
fn an_invalid_address_has_no_session() {
    let fixture = Fixture::open();
    let text = message("text", complete_part("text")).to_string();
    for session in ["msgno.00", &fixture.session[..fixture.session.len() - 1], "x"] {
        let answer = fixture.post_to(session, &text);
        assert_eq!(answer, json!({ "errcode": 300_001, "errmsg": "session 不存在" }), "{session}");
    }
    let answer = fixture.post_to("", &text);
    assert_eq!(answer["errcode"], 40_035);
    assert_eq!(answer["errmsg"], "缺少参数 session");
    // The message is checked before the session.
    assert_eq!(fixture.post_to("x", "{\"msgtype\":\"voice\"}")["errcode"], 400_105);
}

/// A program that replies later looks for this code, and then sends in another way.
#[test]
fn an_expired_address_has_no_session() {
    let chat = ChatSettings { webhook_minutes: 0, ..ChatSettings::default() };
    let fixture = Fixture::with(Settings { chat, ..Settings::default() });
    let answer = fixture.answer(&message("text", complete_part("text")));
    assert_eq!(answer, json!({ "errcode": 300_001, "errmsg": "session 不存在" }));
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
fn messages_have_a_limit_a_minute() {
    let fixture = Fixture::open();
    let text = json!({ "msgtype": "text", "text": { "content": "好" } });
    for _ in 0..20 {
        assert_eq!(fixture.code(&text), 0);
    }
    assert_eq!(fixture.code(&text), 410_100);
}

#[test]
fn removed_members_and_disabled_accounts_are_refused() {
    let text = json!({ "msgtype": "text", "text": { "content": "好" } });
    let fixture = Fixture::open();
    fixture.ok("/topapi/v2/user/delete", &json!({ "userid": "ann" }));
    assert_eq!(fixture.code(&text), 400_013);
    let fixture = Fixture::open();
    fixture.ok("/topapi/serviceaccount/update", &json!({ "unionid": fixture.account, "status": "disabled" }));
    assert_eq!(fixture.code(&text), 400_013);
}

#[test]
fn the_address_of_a_picture_has_no_session() {
    let fixture = Fixture::open();
    let id = fixture.session.split_once('.').unwrap().0.to_owned();
    let picture = fixture.server.write(move |tx, env, _| {
        let mut apps = tx.state().apps.values();
        let app = apps.find(|app| event::may_receive(app, EventKind::AccountMessage)).unwrap();
        app_url::picture(env, "", app, &id.as_str().into())
    });
    let text = json!({ "msgtype": "text", "text": { "content": "好" } }).to_string();
    assert_eq!(fixture.post_to(picture.rsplit('/').next().unwrap(), &text)["errcode"], 300_001);
}
