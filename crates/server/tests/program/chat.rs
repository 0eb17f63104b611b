//! Chats of members with service accounts, on the pages.

use serde_json::{Value, json};

use testkit::{
    browser::{Browser, Part, tasks},
    file::PNG,
    program::ProgramFixture,
};

fn menu(fixture: &ProgramFixture, menu: Value) {
    fixture.ok("/topapi/serviceaccount/menu/update", &json!({ "unionid": fixture.unionid, "menu": menu }));
}

fn messages(fixture: &ProgramFixture) -> String {
    format!("/inbox/a/{}/messages", fixture.unionid)
}

#[test]
fn a_form_without_scripts_returns_to_the_conversation() {
    let fixture = ProgramFixture::start();
    let (member, other) = (fixture.browser("member", 1), fixture.browser("other", 1));
    let unionid = &fixture.unionid;
    let page = member.page(&format!("/inbox/a/{unionid}"));
    assert!(
        page.contains(&format!("action=\"{}\"", messages(&fixture))),
        "an account without a menu lets members write"
    );
    let name = page.split("name=\"submission\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let form =
        [Part::text("submission", name), Part::text("text", "你好\r\n<b>"), Part::file("picture", "", b"")];
    for _ in 0..2 {
        let (status, location, _) = member.submit_parts(&messages(&fixture), &form, &[]);
        assert_eq!((status, location.as_str()), (303, format!("/inbox/a/{unionid}#latest").as_str()));
    }
    let ids = member.conversation(unionid);
    assert_eq!(ids.len(), 1, "a button that is pressed twice sends once");
    let message = member.message(unionid, &ids[0]).unwrap();
    assert!(
        message.contains("<div class=\"bubble text\" dir=\"auto\">你好") && message.contains("&lt;b&gt;"),
        "{message}"
    );
    assert!(message.contains("class=\"message mine\""));
    assert_eq!(member.row(unionid).unwrap().unread, 0, "own messages are not unread");
    assert_eq!(member.row(unionid).unwrap().summary.trim(), "你好\n&#60;b&#62;");
    assert!(other.conversation(unionid).is_empty());
    assert_eq!(other.message(unionid, &ids[0]), None);

    let both = [Part::text("text", "看"), Part::file("picture", "a.png", PNG)];
    assert_eq!(member.submit_parts(&messages(&fixture), &both, &[]).0, 303);
    let ids = member.conversation(unionid);
    assert_eq!(ids.len(), 3);
    let picture = member.message(unionid, &ids[1]).unwrap();
    let address = picture.split("<img src=\"").nth(1).unwrap().split('"').next().unwrap();
    let fetch = |browser: &Browser| browser.bytes(address);
    assert_eq!(fetch(&member), (200, PNG.to_vec()));
    assert_eq!(fetch(&other).0, 404, "another member");
    assert!(fixture.program().bytes(address).is_empty(), "nobody");
}

#[test]
fn a_refused_text_is_explained_and_stays_in_the_field() {
    let fixture = ProgramFixture::with_config("[chat]\nmessages_per_minute = 2\n");
    let member = fixture.browser("member", 1);
    let path = messages(&fixture);
    let refused = |parts: &[Part<'_>]| {
        let (status, location, page) = member.submit_parts(&path, parts, &[("accept-language", "en")]);
        assert_eq!(location, "");
        let (_, rest) = page.split_once("data-problem>").expect("a problem");
        let (script, _, refusal_text) =
            member.submit_parts(&format!("{path}?fragment=messages"), parts, &[("accept-language", "en")]);
        assert_eq!(script, status);
        assert_eq!(rest.split_once('<').unwrap().0, refusal_text, "both get the same text");
        (status, refusal_text, page)
    };
    let (status, refusal_text, _) = refused(&[Part::text("text", " \r\n ")]);
    assert_eq!((status, refusal_text.as_str()), (422, "Write a message or choose a picture first."));
    let long = "长".repeat(5_001);
    let (status, refusal_text, page) = refused(&[Part::text("text", &long)]);
    assert_eq!(
        (status, refusal_text.as_str()),
        (422, "The message is too long. It can have at most 5000 characters.")
    );
    assert!(page.contains(&format!("{long}</textarea>")), "the text is not lost");
    let no_picture =
        [Part::text("text", "看图"), Part::file("picture", "a.png", b"<script>alert(1)</script>")];
    let (status, _, page) = refused(&no_picture);
    assert_eq!(status, 422);
    assert!(page.contains("看图</textarea>"));
    let large = vec![0; (20 << 20) + 1];
    assert_eq!(refused(&[Part::file("picture", "a.png", &large)]).0, 413);
    assert!(member.conversation(&fixture.unionid).is_empty(), "nothing is stored");

    member.write(&fixture.unionid, &long[..5_000 * 3]);
    member.write(&fixture.unionid, "二");
    let (status, refusal_text, _) = refused(&[Part::text("text", "三")]);
    assert_eq!(
        (status, refusal_text.as_str()),
        (429, "You are sending messages too quickly. Try again in a minute.")
    );
    assert_eq!(member.conversation(&fixture.unionid).len(), 2);

    let unknown_account = member.submit_parts("/inbox/a/nobody/messages", &[Part::text("text", "喂")], &[]);
    assert_eq!(unknown_account.0, 404);
}

#[test]
fn only_pages_of_this_server_can_post() {
    let fixture = ProgramFixture::start();
    let member = fixture.browser("member", 1);
    let host = fixture.url().trim_start_matches("http://").to_owned();
    let (same, elsewhere) = (format!("http://{host}"), "http://evil.example".to_owned());
    let post = |headers: &[(&str, &str)]| {
        member.submit_parts(&messages(&fixture), &[Part::text("text", "喂")], headers).0
    };
    for headers in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site"), ("origin", same.as_str())],
        &[("origin", elsewhere.as_str())],
        &[("origin", "null")],
    ] {
        assert_eq!(post(headers), 403, "{headers:?}");
    }
    assert!(member.conversation(&fixture.unionid).is_empty());
    for headers in [&[("sec-fetch-site", "same-origin")][..], &[("origin", same.as_str())], &[]] {
        assert_eq!(post(headers), 303, "{headers:?}");
    }
    assert_eq!(member.conversation(&fixture.unionid).len(), 3);
    let path = messages(&fixture);
    member.sign_out();
    assert_eq!(member.submit_parts(&path, &[Part::text("text", "喂")], &[]).0, 303, "to the sign-in");
    assert_eq!(member.submit_parts(&path, &[Part::text("text", "喂")], &[("sec-fetch-mode", "cors")]).0, 401);
}

#[test]
fn a_menu_button_sends_its_content() {
    let fixture = ProgramFixture::start();
    let member = fixture.browser("member", 1);
    let unionid = &fixture.unionid;
    let picture = fixture.program().picture(&fixture.token);
    menu(
        &fixture,
        json!({ "enable_input": false, "status": 0, "button": [
            { "name": "今天", "type": "click", "key": "TODAY" },
            { "name": "更多", "sub_button": [
                { "name": "图", "type": "media_id", "media_id": picture },
                { "name": "官网", "type": "view", "url": "https://example.com/" },
            ] },
        ] }),
    );
    let page = member.page(&format!("/inbox/a/{unionid}"));
    for part in [
        format!("formaction=\"/inbox/a/{unionid}/menu/0\"><span>今天"),
        format!("formaction=\"/inbox/a/{unionid}/menu/1-0\"><span>图"),
        "href=\"https://example.com/\"".to_owned(),
        "<p class=\"composer-closed\">这个服务号不接收文字消息，请使用菜单。</p>".to_owned(),
    ] {
        assert!(page.contains(&part), "{part}");
    }
    assert!(!page.contains("<textarea"));
    assert_eq!(member.submit_parts(&messages(&fixture), &[Part::text("text", "喂")], &[]).0, 403);

    let (status, location, _) = member.submit_parts(&format!("/inbox/a/{unionid}/menu/0"), &[], &[]);
    assert_eq!((status, location.as_str()), (303, format!("/inbox/a/{unionid}#latest").as_str()));
    let (status, answered) = member.choose(unionid, "1-0");
    assert_eq!((status, tasks(&answered).len()), (200, 2));
    assert!(answered.contains(&picture.replace('@', "%40")) && answered.contains("<b>图</b>"), "{answered}");
    assert_eq!(member.conversation(unionid).len(), 3);
    for (position, expected) in [("1-1", 404), ("1", 404), ("7", 404), ("x", 404), ("0-", 404)] {
        assert_eq!(member.choose(unionid, position).0, expected, "{position}");
    }
    assert_eq!(member.conversation(unionid).len(), 3);
}

#[test]
fn a_blocked_member_is_informed_and_can_still_read() {
    let fixture = ProgramFixture::start();
    let member = fixture.browser("member", 1);
    let unionid = &fixture.unionid;
    menu(
        &fixture,
        json!({ "enable_input": true, "status": 0, "button": [{ "name": "点", "type": "click", "key": "K" }] }),
    );
    let written = member.write(unionid, "喂");
    let path = format!("/v1.0/carillon/service-accounts/{unionid}/blocked-members");
    fixture.put(&path, &json!({ "black_user_id_list": ["member"] }));
    let page = member.page(&format!("/inbox/a/{unionid}"));
    assert!(page.contains("<p class=\"composer-closed\">这个服务号已屏蔽你"), "{page}");
    assert!(!page.contains("<textarea") && !page.contains("formaction"));
    assert_eq!(member.submit_parts(&messages(&fixture), &[Part::text("text", "喂")], &[]).0, 403);
    assert_eq!(member.choose(unionid, "0").0, 403);
    assert_eq!(member.conversation(unionid), written);
}

#[test]
fn automatic_replies_greet_once_and_reply_to_keywords() {
    let mut fixture = ProgramFixture::start();
    let member = fixture.browser("member", 1);
    let unionid = fixture.unionid.clone();
    let text = |content: &str| json!({ "msgType": "text", "content": content });
    let replies = json!({
        "welcome": text("欢迎"),
        "rules": [{ "keywords": ["wifi"], "matching": "contains", "reply": text("密码在墙上") }],
    });
    fixture.put(&format!("/v1.0/carillon/service-accounts/{unionid}/auto-replies"), &replies);
    assert_eq!(member.row(&unionid).unwrap().summary, "还没有消息", "the list sends no greeting");
    for _ in 0..2 {
        assert_eq!(member.conversation(&unionid).len(), 1);
    }
    assert!(member.page(&format!("/inbox/a/{unionid}")).contains("欢迎"));
    assert_eq!(member.write(&unionid, "你好").len(), 1);
    let written = member.write(&unionid, "WiFi 怎么连？");
    assert_eq!(written.len(), 2);
    assert_eq!(member.row(&unionid).unwrap().unread, 0, "the page that wrote shows the reply");
    assert!(member.message(&unionid, &written[1]).unwrap().contains("密码在墙上"));

    // The replies survive a crash.
    let before = member.conversation(&unionid);
    fixture.kill();
    fixture.restart();
    let member = member.moved_to(fixture.url());
    assert_eq!(member.conversation(&unionid), before);
    assert_eq!(member.write(&unionid, "wifi").len(), 2);
}
