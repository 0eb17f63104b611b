use carillon_model::{
    audit::Signature,
    id::{ArticleId, MemberNo},
    time::Timestamp,
};
use serde_json::{Value, json};

use testkit::server::{NOW, TestServer};

const ADD: &str = "/topapi/material/news/add";
const DELETE: &str = "/topapi/material/news/delete";
const GET: &str = "/topapi/material/news/get";
const UPDATE: &str = "/topapi/material/news/update";
const LIST: &str = "/topapi/material/news/list";

fn refer(ids: &[i64]) -> Value {
    ids.iter().map(|id| json!({ "article_id": id })).collect()
}

#[test]
fn a_card_comes_back_with_its_articles_and_their_readers() {
    let server = TestServer::start();
    let unionid = server.account("一");
    let ids = [server.article(&unionid, "甲"), server.article(&unionid, "乙")];
    let added = server.ok(ADD, &json!({ "unionid": unionid, "articles": refer(&ids).to_string() }));
    let media_id = added["media_id"].as_str().unwrap().to_owned();
    assert!(media_id.ends_with("iE"), "{media_id}");
    let corp = server.corp.clone();
    let reader = Some(MemberNo(1));
    for _ in 0..2 {
        let corp = corp.clone();
        let read = move |tx: &mut carillon_store::Tx<'_>| {
            tx.record_article_read(&corp, ArticleId(ids[0]), reader, Timestamp(NOW))
        };
        server.store.write_blocking(&server.corp, Signature::server(&server.env, "test"), read).unwrap();
    }
    let article = |id: i64, title: &str, members: i64, openings: i64| {
        json!({
            "article_id": id,
            "title": title,
            "publish_status": 0,
            "create_time": NOW,
            "update_time": NOW,
            "content": "<p>文</p>",
            "user_view_count": members,
            "total_view_count": openings,
        })
    };
    let articles = json!([article(ids[0], "甲", 1, 2), article(ids[1], "乙", 0, 0)]);
    let one = json!({ "unionid": unionid, "media_id": media_id });
    let response = server.ok(GET, &one);
    assert_eq!(
        (&response["media_id"], &response["update_time"], &response["articles"]),
        (&json!(media_id), &json!(NOW), &articles)
    );
    let list = server.ok(LIST, &json!({ "unionid": unionid }));
    let item = json!({ "media_id": media_id, "update_time": NOW, "articles": articles });
    assert_eq!(
        (&list["items"], &list["total_count"], &list["item_count"]),
        (&json!([item]), &json!(1), &json!(1))
    );

    // A single object in place of a list, as one client sends it.
    server.ok(
        UPDATE,
        &json!({ "unionid": unionid, "media_id": media_id, "articles": { "article_id": ids[1] } }),
    );
    assert_eq!(server.ok(GET, &one)["articles"], json!([article(ids[1], "乙", 0, 0)]));
    server.ok(UPDATE, &json!({ "unionid": unionid, "media_id": media_id, "articles": [] }));
    assert_eq!(server.ok(GET, &one)["articles"].as_array().unwrap().len(), 1, "an empty list is none");
    server.ok(DELETE, &one);
    for path in [GET, DELETE, UPDATE] {
        assert_eq!(server.code(path, &one), 40_007, "{path}");
    }
}

#[test]
fn cards_and_pages_have_limits() {
    let server = TestServer::start();
    let unionid = server.account("一");
    let ids: Vec<_> = (0..9).map(|number| server.article(&unionid, &format!("文{number}"))).collect();
    let add = |ids: &[i64]| json!({ "unionid": unionid, "articles": refer(ids) });
    let card = server.ok(ADD, &add(&ids[..8]))["media_id"].clone();
    assert_eq!(server.code(ADD, &add(&ids)), 40_035);
    assert_eq!(server.code(ADD, &add(&[])), 40_035);
    assert_eq!(server.code(ADD, &add(&[ids[0], ids[0]])), 40_035);
    assert_eq!(server.code(ADD, &add(&[4711])), 40_035);
    let update = json!({ "unionid": unionid, "media_id": card, "articles": refer(&ids) });
    assert_eq!(server.code(UPDATE, &update), 40_035);
    server.ok("/topapi/material/article/delete", &json!({ "unionid": unionid, "article_id": ids[0] }));
    assert_eq!(server.code(ADD, &add(&ids[..1])), 1_100_001);
    for (start, size) in [(0, 20), (1, 0), (1, 21)] {
        let page = json!({ "unionid": unionid, "page_start": start, "page_size": size });
        assert_eq!(server.code(LIST, &page), 40_035);
    }
    assert_eq!(server.code(LIST, &json!({ "unionid": "nobody" })), 800_003);
}
