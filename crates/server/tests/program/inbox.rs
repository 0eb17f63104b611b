//! The inbox of a member through changes of the send, the account and the member.

use std::thread;

use serde_json::{Value, json};

use testkit::{
    browser::{Browser, Row},
    program::ProgramFixture,
};

const SEND: &str = "/topapi/message/mass/send";
const UPDATE_USER: &str = "/topapi/v2/user/update";

fn row(unionid: &str, summary: &str, unread: u64) -> Option<Row> {
    Some(Row { unionid: unionid.to_owned(), summary: summary.to_owned(), unread })
}

#[test]
fn a_send_is_in_the_inbox_until_it_is_recalled() {
    let fixture = ProgramFixture::start();
    let team = fixture.department("组", 1);
    let (member, outsider) = (fixture.browser("member", team), fixture.browser("outsider", 1));
    let unionid = &fixture.unionid;
    assert_eq!(member.row(unionid), row(unionid, "还没有消息", 0));

    let first = fixture.send(&fixture.text("早", &json!({ "dep_id_list": team })));
    let second = fixture.send(&fixture.text("午", &json!({ "userid_list": "member" })));
    assert_eq!(member.row(unionid), row(unionid, "午", 2));
    assert_eq!(outsider.row(unionid), row(unionid, "还没有消息", 0));
    assert!(outsider.conversation(unionid).is_empty());
    assert_eq!(outsider.message(unionid, &first), None, "a send to another member");
    assert_eq!((fixture.readers(&first), fixture.readers(&second)), (0, 0), "the list marks nothing as read");

    assert_eq!(member.conversation(unionid), [first.clone(), second.clone()]);
    assert_eq!(member.row(unionid), row(unionid, "午", 0));
    assert_eq!((fixture.readers(&first), fixture.readers(&second)), (1, 1));

    fixture.recall(&second);
    assert_eq!(member.conversation(unionid), [first.as_str()]);
    assert_eq!(member.message(unionid, &second), None);
    assert_eq!(member.row(unionid), row(unionid, "早", 0));
    let late = fixture.text("晚", &json!({ "is_to_all": true }));
    let third = fixture.send(&late);
    fixture.recall(&third);
    assert_eq!(member.row(unionid), row(unionid, "早", 0), "recalled before it was read: not even unread");
    fixture.recall(&first);
    assert!(member.conversation(unionid).is_empty());
    assert_eq!(member.row(unionid), row(unionid, "还没有消息", 0));
}

#[test]
fn concurrent_requests_with_one_uuid_are_one_send() {
    let fixture = ProgramFixture::start();
    let member = fixture.browser("member", 1);
    let mut tasks = Vec::new();
    for round in 0..5 {
        let request = fixture.text(&format!("文{round}"), &json!({ "is_to_all": true }));
        let answers: Vec<Value> = thread::scope(|scope| {
            let calls: Vec<_> = (0..8).map(|_| scope.spawn(|| fixture.call(SEND, &request))).collect();
            calls.into_iter().map(|call| call.join().unwrap()).collect()
        });
        let (created, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer["errcode"] == 0);
        assert_eq!((created.len(), refused.len()), (1, 7));
        assert!(refused.iter().all(|answer| answer["errcode"] == 800_035), "{refused:?}");
        tasks.push(created[0]["task_id"].as_str().unwrap().to_owned());
    }
    assert_eq!(member.conversation(&fixture.unionid), tasks);
}

#[test]
fn messages_of_a_disabled_account_stay_readable() {
    let fixture = ProgramFixture::start();
    let member = fixture.browser("member", 1);
    let (unionid, silent) = (&fixture.unionid, fixture.account("没发过"));
    let menu = json!({ "enable_input": false, "status": 0, "button": [
        { "name": "官网", "type": "view", "url": "https://example.com/" },
    ]});
    fixture.ok("/topapi/serviceaccount/menu/update", &json!({ "unionid": unionid, "menu": menu }));
    let task = fixture.send(&fixture.text("早", &json!({ "is_to_all": true })));
    let path = format!("/inbox/a/{unionid}");
    assert!(member.page(&path).contains("https://example.com/"));
    assert_eq!(member.list().len(), 2);

    for account in [unionid, &silent] {
        let disable = json!({ "unionid": account, "status": "disabled" });
        fixture.ok("/topapi/serviceaccount/update", &disable);
    }
    let refused = fixture.call(SEND, &fixture.text("午", &json!({ "is_to_all": true })));
    assert_eq!(refused["errcode"], 800_003);
    assert_eq!(member.list(), [row(unionid, "早", 0).unwrap()], "an account without messages disappears");
    assert_eq!(member.conversation(unionid), [task.as_str()]);
    assert!(!member.page(&path).contains("https://example.com/"), "its menu no longer works");
    fixture.recall(&task);
    assert!(member.list().is_empty());
}

#[test]
fn a_removed_member_is_signed_out_and_a_successor_inherits_nothing() {
    let fixture = ProgramFixture::start();
    let member = fixture.browser("member", 1);
    let other = fixture.browser("other", 1);
    let unionid = &fixture.unionid;
    let task = fixture.send(&fixture.text("早", &json!({ "is_to_all": true })));
    assert_eq!(member.conversation(unionid), [task.as_str()]);

    fixture.ok("/topapi/v2/user/delete", &json!({ "userid": "member" }));
    assert_eq!(member.open("/inbox").0, 303, "to the sign-in");
    assert_eq!(member.open(&format!("/inbox/a/{unionid}/messages/{task}")).0, 303);
    assert!(fixture.sign_in("member").is_none());
    let refused = fixture.call(SEND, &fixture.text("午", &json!({ "userid_list": "member" })));
    assert_eq!(refused["errcode"], 800_022);
    let progress = fixture.progress(&task);
    assert_eq!((&progress["receivers"], &progress["readers"]), (&json!(2), &json!(1)), "it happened");
    let later = fixture.send(&fixture.text("晚", &json!({ "is_to_all": true })));
    assert_eq!(fixture.progress(&later)["receivers"], 1);

    let next = fixture.browser("member", 1);
    assert!(next.conversation(unionid).is_empty(), "the next owner of the id is another member");
    assert_eq!(next.message(unionid, &task), None);
    assert_eq!(other.conversation(unionid), [task, later]);
}

#[test]
fn a_moved_member_keeps_old_messages_and_gets_those_of_the_new_department() {
    let fixture = ProgramFixture::start();
    let above = fixture.department("上", 1);
    let (old, new) = (fixture.department("旧", above), fixture.department("新", 1));
    let member = fixture.browser("member", old);
    let unionid = &fixture.unionid;
    let send = |text: &str, department: i64| {
        fixture.send(&fixture.text(text, &json!({ "dep_id_list": [department] })))
    };
    fixture.member("colleague", new);
    fixture.member("remains", old);
    let before = [send("旧一", old), send("上一", above)];
    let _not_yet = send("新一", new);
    assert_eq!(member.conversation(unionid), before);

    fixture.ok(UPDATE_USER, &json!({ "userid": "member", "dept_id_list": [new] }));
    let _not_received = [send("旧二", old), send("上二", above)];
    let after = send("新二", new);
    assert_eq!(member.conversation(unionid), [before[0].clone(), before[1].clone(), after.clone()]);

    // A send to a parent department counts, and so does membership in two departments.
    fixture.ok(UPDATE_USER, &json!({ "userid": "member", "dept_id_list": [new, old] }));
    let both = [send("上三", above), send("新三", new)];
    let expected: Vec<_> = before.into_iter().chain([after]).chain(both).collect();
    assert_eq!(member.conversation(unionid), expected);
    for task in &expected[3..] {
        assert_eq!(fixture.readers(task), 1);
    }
}

#[test]
fn only_the_password_opens_the_inbox_and_signing_out_closes_it() {
    let fixture = ProgramFixture::start();
    let member = fixture.browser("member", 1);
    let url = fixture.url();
    assert!(Browser::sign_in(url, "member", "wrong").is_none());
    assert!(Browser::sign_in(url, "nobody", "wrong").is_none());
    fixture.member("silent", 1);
    assert!(Browser::sign_in(url, "silent", "").is_none(), "no sign-in without a password");
    assert_eq!(member.open("/inbox").0, 200);
    let other_browser = fixture.sign_in("member").unwrap();
    member.sign_out();
    assert_eq!(member.open("/inbox").0, 303);
    assert_eq!(other_browser.open("/inbox").0, 200, "each browser has its own session");
    let password = json!({ "userid": "member", "init_password": "another one" });
    fixture.ok(UPDATE_USER, &password);
    assert_eq!(other_browser.open("/inbox").0, 303, "a new password ends all sessions");
    assert!(fixture.sign_in("member").is_none());
    assert!(Browser::sign_in(url, "member", "another one").is_some());
}

#[test]
fn a_recall_shows_on_every_later_page() {
    let fixture = ProgramFixture::start();
    let team = fixture.department("组", 1);
    let (member, outsider) = (fixture.browser("member", team), fixture.browser("outsider", 1));
    let unionid = &fixture.unionid;
    let send = |text: &str| fixture.send(&fixture.text(text, &json!({ "dep_id_list": team })));
    let first = send("最早");
    for number in 0..20 {
        send(&format!("文{number}"));
    }
    let last = send("最新");
    fixture.recall(&first);
    fixture.recall(&last);
    let path = format!("/inbox/a/{unionid}");
    let newest = member.page(&path);
    assert!(newest.contains(&format!("data-recalled=\"{last}\"")), "{newest}");
    assert_eq!(newest.matches("一条消息已撤回</li>").count(), 2, "this page includes the first one");
    assert!(!outsider.page(&path).contains("data-recalled"));
}

#[test]
fn a_picture_has_caching_headers() {
    let fixture = ProgramFixture::start();
    let member = fixture.browser("member", 1);
    let path = format!("/inbox/a/{}/messages?fragment=messages", fixture.unionid);
    let picture = testkit::browser::Part::file("picture", "a.png", testkit::file::PNG);
    let (status, _, own) = member.submit_parts(&path, &[picture], &[("accept-language", "en")]);
    assert!(status == 200 && own.contains("alt=\"Picture from You, "), "{own}");
    let media = fixture.program().picture(&fixture.token);
    let unionid = &fixture.unionid;
    let send =
        json!({ "unionid": unionid, "is_to_all": true, "msg_type": "image", "media_id": media, "uuid": "p" });
    let task = fixture.send(&send);
    assert!(member.message(unionid, &task).unwrap().contains("发的图片，20"));
}

#[test]
fn wrong_addresses_show_a_page_to_browsers_and_an_error_to_programs() {
    let fixture = ProgramFixture::start();
    let agent: ureq::Agent =
        ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
    let get = |path: &str, accept: &str| {
        let request = agent
            .get(format!("{}{path}", fixture.url()))
            .header("accept", accept)
            .header("accept-language", "en");
        let mut answer = request.call().unwrap();
        let kind = answer.headers().get("content-type").map_or("", |kind| kind.to_str().unwrap()).to_owned();
        (answer.status().as_u16(), kind, answer.body_mut().read_to_string().unwrap())
    };
    let page = "text/html,application/xhtml+xml,*/*;q=0.8";
    for path in [
        "/nowhere",
        "/inbox/nowhere/at/all",
        "/lang/xx",
        "/media/nothing",
        "/sign-out",
        "/assets/x",
        "/article/x",
    ] {
        let (status, kind, body) = get(path, page);
        assert!(status == 404 && kind.starts_with("text/html"), "{path}: {status} {kind}");
        assert!(
            body.contains("This page does not exist") && body.contains("href=\"/sign-in"),
            "{path}: {body}"
        );
        let (_, kind, body) = get(path, "*/*");
        assert!(!body.contains("<html") && !kind.starts_with("text/html"), "{path}: {kind}");
    }
    // After a form is posted, a browser returns to the page with the form.
    let unionid = &fixture.unionid;
    let member = fixture.browser("member", 1);
    for path in ["messages", "menu/0"] {
        assert_eq!(member.open(&format!("/inbox/a/{unionid}/{path}")).0, 303);
    }
}
