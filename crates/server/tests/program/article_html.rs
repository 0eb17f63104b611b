//! Articles are sanitised once, and the stored form is shown.

use std::thread;

use carillon_model::{
    article::ArticleCopy,
    id::{ArticleId, CorpId},
};
use carillon_model::{
    audit::{Actor, Signature},
    time::Timestamp,
};
use carillon_store::Store;
use carillon_web::clean::RULES_VERSION;
use serde_json::{Value, json};
use tempfile::TempDir;

use testkit::program::{MANAGE, Program, app, new_account, organisation};

/// Publishes a public article. Returns it with the path of its page.
fn published(content: &str) -> (TempDir, CorpId, ArticleId, String, Program) {
    let (data, corp) = organisation();
    let grants = format!("qyapi_base,{MANAGE},qyapi_service_account_materials");
    let main = app(data.path(), &corp, "internal", &grants);
    let server = Program::start(data.path());
    let token = server.token(&main);
    let call = |path: &str, body: Value| server.json(&format!("/topapi/{path}?access_token={token}"), &body);
    let unionid = call("serviceaccount/add", new_account("新闻", &server.picture(&token)))["unionid"].clone();
    let article = json!({ "title": "t", "content": content, "uuid": "u1", "view_scope_type": 1 });
    let added = call("material/article/add", json!({ "unionid": unionid, "article": article }));
    let id = added["article_id"].as_i64().expect("an article");
    let link = call("material/article/publish", json!({ "unionid": unionid, "article_id": id }));
    let path = link["url"].as_str().and_then(|url| url.strip_prefix(&server.url)).expect("a link").to_owned();
    (data, CorpId::from(corp), ArticleId(id), path, server)
}

#[test]
fn a_hostile_article_is_sanitised_once_without_delaying_others() {
    let content = "&".repeat(500_000);
    let (data, corp, id, path, server) = published(&content);
    thread::scope(|scope| {
        let views: Vec<_> = (0..16).map(|_| scope.spawn(|| server.get(&path))).collect();
        while !views.iter().all(thread::ScopedJoinHandle::is_finished) {
            assert_eq!(server.get("/healthz"), "ok");
        }
        for view in views {
            let page = view.join().expect("a page");
            assert_eq!(page.matches("&amp;").count(), 500_000);
        }
    });
    drop(server);

    let store = Store::open(data.path()).expect("the data folder");
    let (corp_id, again) = (corp.clone(), corp.clone());
    let stored = store
        .read_blocking(&corp, |tx| tx.article_html(&corp_id, id, ArticleCopy::Published, RULES_VERSION))
        .expect("rows")
        .expect("it is stored");
    assert_eq!(stored.matches("&amp;").count(), 500_000);
    // A form of older sanitising rules is not shown; one of the current rules is shown unchanged.
    let put = |rules: i64, html: &'static str| {
        let (corp, content) = (again.clone(), content.clone());
        store
            .write_blocking(&again, signature(), move |tx| {
                tx.put_article_html(&corp, id, ArticleCopy::Published, rules, &content, html)
            })
            .expect("stored");
    };
    put(RULES_VERSION - 1, "<p>of older rules</p>");
    drop(store);
    let server = Program::start(data.path());
    assert!(!server.get(&path).contains("of older rules"));
    drop(server);
    let store = Store::open(data.path()).expect("the data folder");
    let corp_of_store = corp.clone();
    store
        .write_blocking(&corp, signature(), move |tx| {
            let html = "<p>as it was stored</p>";
            tx.put_article_html(&corp_of_store, id, ArticleCopy::Published, RULES_VERSION, &content, html)
        })
        .expect("stored");
    drop(store);
    assert!(Program::start(data.path()).get(&path).contains("<p>as it was stored</p>"));
}

fn signature() -> Signature {
    Signature { at: Timestamp(0), actor: Actor::Server, action: "test".to_owned(), request_id: String::new() }
}
