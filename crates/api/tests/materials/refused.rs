//! Refusals for the state of the account or of its materials.

use serde_json::{Value, json};

use testkit::{file::GIF, server::TestServer};

const ARTICLE: &str = "/topapi/material/article";
const CARD: &str = "/topapi/material/news";
const UPDATE: &str = "/topapi/serviceaccount/update";

/// Asserts that a call is refused with a code, and a text that has a word.
fn refused(server: &TestServer, path: &str, request: &Value, code: i64, text: &str) {
    let answer = server.call(path, request);
    assert_eq!(answer["errcode"], code, "{path}: {answer}");
    assert_eq!(
        (&answer["sub_code"], answer["errmsg"].as_str()),
        (&json!(code.to_string()), answer["sub_msg"].as_str())
    );
    assert!(answer["errmsg"].as_str().unwrap().contains(text), "{path}: {answer}");
}

#[test]
fn a_disabled_account_accepts_nothing_new() {
    let server = TestServer::start();
    let unionid = server.account("一");
    let (article_id, deleted) = (server.article(&unionid, "甲"), server.article(&unionid, "乙"));
    let refer = json!([{ "article_id": article_id }]);
    let card = server.ok(&format!("{CARD}/add"), &json!({ "unionid": unionid, "articles": refer }));
    server.ok(UPDATE, &json!({ "unionid": unionid, "status": "disabled" }));

    let new = json!({ "title": "丙", "content": "文", "uuid": "丙" });
    let change = json!({ "article_id": article_id, "title": "丁", "content": "文" });
    let menu = json!({ "enable_input": true, "status": 0, "button": [{ "name": "一", "type": "click", "key": "k" }] });
    for (path, fields) in [
        (format!("{ARTICLE}/add"), json!({ "article": new })),
        (format!("{ARTICLE}/update"), json!({ "article": change })),
        (format!("{ARTICLE}/publish"), json!({ "article_id": article_id })),
        (format!("{CARD}/add"), json!({ "articles": refer })),
        (format!("{CARD}/update"), json!({ "articles": refer, "media_id": card["media_id"] })),
        ("/topapi/serviceaccount/menu/update".to_owned(), json!({ "menu": menu })),
        (UPDATE.to_owned(), json!({ "desc": "新" })),
    ] {
        let mut request = fields;
        request["unionid"] = json!(unionid);
        refused(&server, &path, &request, 800_003, "unionid");
    }
    // Existing materials can still be read and deleted.
    let article = |id: i64| json!({ "unionid": unionid, "article_id": id });
    assert_eq!(server.ok(&format!("{ARTICLE}/get"), &article(article_id))["title"], "甲");
    server.ok(&format!("{ARTICLE}/delete"), &article(deleted));
    server.ok(&format!("{CARD}/delete"), &json!({ "unionid": unionid, "media_id": card["media_id"] }));
}

#[test]
fn names_of_enabled_accounts_are_unique() {
    let server = TestServer::start();
    let (first, second) = (server.account("一"), server.account("二"));
    refused(&server, UPDATE, &json!({ "unionid": second, "name": "一" }), 800_001, "重复");
    server.ok(UPDATE, &json!({ "unionid": second, "name": "二" }));
    server.ok(UPDATE, &json!({ "unionid": first, "status": "disabled" }));
    server.ok(UPDATE, &json!({ "unionid": second, "name": "一" }));
}

#[test]
fn an_article_of_another_account_is_refused() {
    let server = TestServer::start();
    let (unionid, other) = (server.account("一"), server.account("二"));
    let (own_article, foreign, deleted) =
        (server.article(&unionid, "甲"), server.article(&other, "乙"), server.article(&unionid, "丙"));
    let one = |id: i64| json!({ "unionid": unionid, "article_id": id });
    server.ok(&format!("{ARTICLE}/delete"), &one(deleted));
    let card = |id: i64| json!({ "unionid": unionid, "articles": [{ "article_id": id }] });
    let made = server.ok(&format!("{CARD}/add"), &card(own_article))["media_id"].clone();
    for (id, code) in [(4_711, 40_035), (foreign, 40_035), (deleted, 1_100_001)] {
        for verb in ["get", "publish", "delete"] {
            refused(&server, &format!("{ARTICLE}/{verb}"), &one(id), code, "");
        }
        let change = json!({ "article_id": id, "title": "丁", "content": "文" });
        refused(
            &server,
            &format!("{ARTICLE}/update"),
            &json!({ "unionid": unionid, "article": change }),
            code,
            "",
        );
        refused(&server, &format!("{CARD}/add"), &card(id), code, "");
        let mut update = card(id);
        update["media_id"] = made.clone();
        refused(&server, &format!("{CARD}/update"), &update, code, "");
    }
    let detail = server.ok(&format!("{CARD}/get"), &json!({ "unionid": unionid, "media_id": made }));
    assert_eq!(detail["articles"][0]["article_id"], own_article, "what was refused changed nothing");
}

#[test]
fn a_body_over_all_limits_is_a_file_too_large() {
    let server = TestServer::start();
    let mut picture = GIF.to_vec();
    picture.resize(32 << 20, 0);
    assert_eq!(server.upload("?type=image", &[], Some(("a.gif", &picture)))["errcode"], 40_006);
}
