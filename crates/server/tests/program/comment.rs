//! Comments on the page of an article, and urgent messages in the inbox.

use serde_json::{Value, json};

use testkit::{browser::Browser, program::ProgramFixture};

/// Publishes an article and sends it. Returns its page as linked in the inbox, and the task.
fn article(fixture: &ProgramFixture, reader: &Browser, uuid: &str, fields: Value) -> (String, String) {
    let unionid = &fixture.unionid;
    let article = json!({ "title": uuid, "content": "<p>文</p>", "uuid": uuid, "view_scope_type": 1 });
    let article = json!({ "unionid": unionid, "article": article });
    let id = fixture.ok("/topapi/material/article/add", &article)["article_id"].clone();
    fixture.ok("/topapi/material/article/publish", &json!({ "unionid": unionid, "article_id": id }));
    let card = json!({ "unionid": unionid, "articles": [{ "article_id": id }] });
    let card = fixture.ok("/topapi/material/news/add", &card)["media_id"].clone();
    let mut send = json!({ "unionid": unionid, "is_to_all": true, "msg_type": "news_card", "media_id": card, "uuid": uuid });
    send.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let task = fixture.send(&send);
    let message = reader.message(unionid, &task).expect("received");
    let link =
        message.split("href=\"/article/").nth(1).and_then(|rest| rest.split('"').next()).expect("a link");
    (format!("/article/{}", link.replace("&amp;", "&")), task)
}

/// Returns the action of the page's form.
fn form_path(link: &str) -> String {
    format!("{}/comments", link.split('?').next().unwrap())
}

#[test]
fn a_receiver_writes_and_deletes_a_comment() {
    let fixture = ProgramFixture::with_config("[comment]\nmax_chars = 5\nper_minute = 3\n");
    let (ann, bob) = (fixture.browser("ann", 1), fixture.browser("bob", 1));
    let (link, task) = article(&fixture, &ann, "文", json!({ "allow_comment": true }));
    let form = form_path(&link);
    let page = ann.page(&link);
    assert!(page.contains("maxlength=\"5\"") && page.contains("还没有评论"), "{page}");
    let write = |browser: &Browser, text: &str| browser.submit(&form, &[("send", &task), ("content", text)]);
    let (status, to) = write(&ann, "<b>&1");
    assert_eq!((status, to), (303, format!("{link}#comments")));
    let (page, other) = (ann.page(&link), bob.page(&link));
    for page in [&page, &other] {
        assert!(page.contains("&lt;b&gt;&amp;1") && page.contains("ann"), "{page}");
    }
    assert!(page.contains("/comments/1/delete") && !other.contains("/comments/1/delete"));
    // A refused comment stays in the form.
    let (status, page) = write(&ann, "六个字的评论");
    assert!(
        status == 400 && page.contains(">六个字的评论</textarea>") && page.contains("最多 5 个字"),
        "{page}"
    );
    assert_eq!(write(&ann, " \n").0, 400);
    assert_eq!((write(&ann, "五个字评论").0, write(&ann, "三").0), (303, 303));
    let (status, page) = write(&ann, "四");
    assert!(status == 429 && page.contains("太频繁"), "{status} {page}");
    assert_eq!(write(&bob, "四").0, 303, "each member has a limit");
    // Only own comments can be deleted.
    assert_eq!(bob.submit(&format!("{form}/1/delete"), &[("send", &task)]).0, 303);
    assert!(ann.page(&link).contains("&lt;b&gt;&amp;1"));
    assert_eq!(ann.submit(&format!("{form}/1/delete"), &[("send", &task)]).0, 303);
    assert!(!bob.page(&link).contains("&lt;b&gt;&amp;1"));
    assert_eq!(ann.submit(&format!("{form}/x/delete"), &[("send", &task)]).0, 404);
    fixture.recall(&task);
    assert_eq!(write(&bob, "五").0, 403);
    assert_eq!(bob.open(&link).0, 410, "its links are closed");
}

#[test]
fn only_readers_see_and_write_comments() {
    let fixture = ProgramFixture::start();
    let team = fixture.department("组", 1);
    let (ann, bob) = (fixture.browser("ann", team), fixture.browser("bob", 1));
    let to_team = json!({ "is_to_all": false, "dep_id_list": [team], "allow_comment": true });
    let (link, task) = article(&fixture, &ann, "文", to_team);
    assert!(ann.page(&link).contains("id=\"comments\""));
    assert!(!bob.page(&link).contains("id=\"comments\""), "not a receiver");
    assert!(!fixture.program().get(&link).contains("id=\"comments\""), "not signed in");
    let form = [("send", task.as_str()), ("content", "好")];
    assert_eq!(bob.submit(&form_path(&link), &form).0, 403);
    let (closed, task) = article(&fixture, &ann, "闭", json!({}));
    assert!(!closed.contains("send=") && !ann.page(&closed).contains("id=\"comments\""));
    let form = [("send", task.as_str()), ("content", "好")];
    assert_eq!(ann.submit(&form_path(&closed), &form).0, 403);
    let body = b"send=x&content=y";
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let stranger = agent.post(format!("{}{}", fixture.url(), form_path(&link)));
    assert_eq!(
        stranger.content_type("application/x-www-form-urlencoded").send(&body[..]).unwrap().status(),
        401
    );
}

#[test]
fn an_urgent_message_is_highlighted() {
    let fixture = ProgramFixture::start();
    let (ann, bob) = (fixture.browser("ann", 1), fixture.browser("bob", 1));
    let settings =
        json!({ "agreement_signed": true, "app_unionid": fixture.unionid, "phone_unionid": fixture.unionid });
    fixture.ok_v1_by("PUT", "/v1.0/carillon/dings/settings", &settings);
    let ding = |content: &str| json!({ "userids": ["ann"], "content": content });
    fixture.ok_v1("/v1.0/exclusive/appDings/send", &ding("开会"));
    fixture.ok_v1("/v1.0/exclusive/phoneDings/send", &ding("快来"));
    fixture.send(&fixture.text("平常", &json!({ "is_to_all": true })));
    let row = ann.row(&fixture.unionid).unwrap();
    assert_eq!((row.summary.as_str(), row.unread), ("平常", 3));
    assert!(ann.page("/inbox").contains("class=\"tag urgent\""));
    assert!(!bob.page("/inbox").contains("class=\"tag urgent\""));
    let page = ann.page(&format!("/inbox/a/{}", fixture.unionid));
    assert_eq!(page.matches("bubble text urgent").count(), 2);
    assert_eq!(page.matches("未拨打电话").count(), 1, "the phone DING shows that no call was made");
    assert!(!ann.page("/inbox").contains("class=\"tag urgent\""), "read");
}

#[test]
fn limits_of_comments_and_urgent_messages_come_from_the_environment() {
    let fixture = ProgramFixture::with_variables(&[
        ("CARILLON_COMMENT_MAX_CHARS", "2"),
        ("CARILLON_COMMENT_PER_MINUTE", "1"),
        ("CARILLON_DING_APP_DAILY", "1"),
    ]);
    let ann = fixture.browser("ann", 1);
    let (link, task) = article(&fixture, &ann, "文", json!({ "allow_comment": true }));
    let write = |text: &str| ann.submit(&form_path(&link), &[("send", &task), ("content", text)]).0;
    assert_eq!([write("三个字"), write("两字"), write("两字")], [400, 303, 429]);
    let settings = json!({ "agreement_signed": true, "app_unionid": fixture.unionid });
    fixture.ok_v1_by("PUT", "/v1.0/carillon/dings/settings", &settings);
    let ding = |content: &str| json!({ "userids": ["ann"], "content": content });
    fixture.ok_v1("/v1.0/exclusive/appDings/send", &ding("一"));
    let refused = fixture.refused_v1("/v1.0/exclusive/appDings/send", &ding("二"));
    assert_eq!(refused["code"], "volume.lack");
}
