//! Access to articles: who may read them, by which link, and until when.

use serde_json::{Value, json};
use testkit::{
    browser::Browser,
    program::{MANAGE, ProgramFixture, app, carillon_json, new_account},
};

/// Publishes an article. Returns its id and its path.
fn published(fixture: &ProgramFixture, uuid: &str, fields: &Value) -> (Value, String) {
    let unionid = &fixture.unionid;
    let mut article = json!({ "title": uuid, "content": "<p>内部消息</p>", "uuid": uuid });
    article.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let id = fixture.ok("/topapi/material/article/add", &json!({ "unionid": unionid, "article": article }));
    let id = id["article_id"].clone();
    let ids = json!({ "unionid": unionid, "article_id": id });
    let url = fixture.ok("/topapi/material/article/publish", &ids)["url"].clone();
    (id, url.as_str().unwrap().strip_prefix(fixture.url()).unwrap().to_owned())
}

/// Sends an article to a member. Returns the task, and the link in the message.
fn send(fixture: &ProgramFixture, id: &Value, to: &str, reader: &Browser) -> (String, String) {
    let unionid = &fixture.unionid;
    let card = json!({ "unionid": unionid, "articles": [{ "article_id": id }] });
    let card = fixture.ok("/topapi/material/news/add", &card)["media_id"].clone();
    let task = fixture.send(&json!({
        "unionid": unionid, "is_to_all": false, "userid_list": [to], "msg_type": "news_card", "media_id": card,
        "uuid": format!("{id}{to}"),
    }));
    let message = reader.message(unionid, &task).expect("received");
    let link = message.split("href=\"/article/").nth(1).and_then(|rest| rest.split('"').next());
    (task, format!("/article/{}", link.expect("a link").replace("&amp;", "&")))
}

fn anonymous_status(fixture: &ProgramFixture, path: &str) -> u16 {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    agent.get(format!("{}{path}", fixture.url())).call().unwrap().status().as_u16()
}

#[test]
fn an_article_that_must_not_be_forwarded_is_readable_by_receivers_until_its_recall() {
    let fixture = ProgramFixture::start();
    let (ann, bob) = (fixture.browser("ann", 1), fixture.browser("bob", 1));
    let (id, own) = published(&fixture, "a", &json!({ "allow_forward": false }));
    let (task, link) = send(&fixture, &id, "ann", &ann);
    for path in [&link, &own] {
        assert!(ann.page(path).contains("内部消息"));
        assert_eq!(bob.open(path).0, 403, "{path}");
        assert_eq!(anonymous_status(&fixture, path), 401, "{path}");
    }
    fixture.recall(&task);
    for path in [&link, &own] {
        let (status, page) = ann.open(path);
        assert_eq!(status, 410, "{path}");
        assert!(page.contains("撤回") && !page.contains("内部消息"), "{page}");
    }
    assert_eq!((bob.open(&link).0, anonymous_status(&fixture, &link)), (410, 410));
}

#[test]
fn links_can_be_forwarded_within_the_organisation_and_cannot_be_guessed() {
    let fixture = ProgramFixture::start();
    let (ann, bob) = (fixture.browser("ann", 1), fixture.browser("bob", 1));
    let (id, own) = published(&fixture, "a", &json!({}));
    let (public, public_path) = published(&fixture, "b", &json!({ "view_scope_type": 1 }));
    let (task, link) = send(&fixture, &id, "ann", &ann);
    for path in [&link, &own] {
        assert!(bob.page(path).contains("内部消息"), "{path}");
        assert_eq!(anonymous_status(&fixture, path), 401, "{path}");
    }
    assert_eq!(anonymous_status(&fixture, &public_path), 200);
    let (_, public_link) = send(&fixture, &public, "ann", &ann);
    assert_eq!(anonymous_status(&fixture, &public_link), 200);

    // Ids without a code, codes of other links, and a link without its message.
    let code = own.rsplit('-').next().unwrap();
    let bare = link.split('?').next().unwrap();
    for path in [
        format!("/article/{}/{id}", fixture.corp),
        format!("/article/{}/{public}", fixture.corp),
        format!("/article/{}/{public}-{code}", fixture.corp),
        format!("/article/{}/{id}-{}", fixture.corp, "0".repeat(32)),
        bare.to_owned(),
        format!("{bare}?from=nothing"),
    ] {
        assert_eq!((ann.open(&path).0, anonymous_status(&fixture, &path)), (404, 404), "{path}");
    }
    // The forms of comments disclose no code.
    let comments = format!("/article/{}/{public}/comments", fixture.corp);
    for form in [comments.clone(), format!("{comments}/1/delete")] {
        let (_, answer) = ann.submit(&form, &[("send", &task), ("content", "x")]);
        assert!(!answer.contains(&format!("{public}-")), "{form}: {answer}");
    }
    // The id of a message that the reader received is enough, as in old links without codes.
    assert_eq!(ann.open(&format!("/article/{}/{id}?send={task}", fixture.corp)).0, 200);
    assert_eq!(bob.open(&format!("/article/{}/{id}?send={task}", fixture.corp)).0, 404);
}

#[test]
fn members_of_another_organisation_cannot_read_articles() {
    let fixture = ProgramFixture::start();
    let ann = fixture.browser("ann", 1);
    let data = fixture.data.path();
    let corp = carillon_json(data, &["corp", "create", "--name", "另一组织"])["corp_id"].clone();
    let corp = corp.as_str().unwrap();
    let grants = format!("qyapi_base,{MANAGE},qyapi_service_account_materials");
    let token = fixture.program().token(&app(data, corp, "internal", &grants));
    let call = |path: &str, body: Value| {
        fixture.program().json(&format!("/topapi/{path}?access_token={token}"), &body)
    };
    let picture = fixture.program().picture(&token);
    let unionid = call("serviceaccount/add", new_account("另一", &picture))["unionid"].clone();
    let article = json!({ "title": "t", "content": "<p>别人的</p>", "uuid": "u" });
    let id =
        call("material/article/add", json!({ "unionid": unionid, "article": article }))["article_id"].clone();
    let url =
        call("material/article/publish", json!({ "unionid": unionid, "article_id": id }))["url"].clone();
    let path = url.as_str().unwrap().strip_prefix(fixture.url()).unwrap().to_owned();
    let (status, page) = ann.open(&path);
    assert!(status == 403 && !page.contains("别人的"), "{status}");
    assert_eq!(ann.open(&path.replace(corp, &fixture.corp)).0, 404, "the code belongs to its organisation");
}

#[test]
fn articles_are_readable_while_the_disk_is_full() {
    let mut fixture = ProgramFixture::start();
    fixture.restart_ignoring_file_limits();
    let ann = fixture.browser("ann", 1);
    let (_, own) = published(&fixture, "a", &json!({ "view_scope_type": 1 }));
    // It was never read, so its sanitised form is not stored.
    fixture.program().limit_files("1");
    for _ in 0..3 {
        assert!(ann.page(&own).contains("内部消息"));
        assert_eq!(anonymous_status(&fixture, &own), 200);
    }
    fixture.program().limit_files("unlimited");
    assert!(ann.page(&own).contains("内部消息"));
}
