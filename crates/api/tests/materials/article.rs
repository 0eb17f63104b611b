use carillon_domain::article::article_link;
use carillon_model::id::ArticleId;
use serde_json::{Value, json};

use testkit::server::{NOW, TestServer};

const ADD: &str = "/topapi/material/article/add";
const DELETE: &str = "/topapi/material/article/delete";
const UPDATE: &str = "/topapi/material/article/update";
const LIST: &str = "/topapi/material/article/list";
const GET: &str = "/topapi/material/article/get";
const PUBLISH: &str = "/topapi/material/article/publish";

/// The response without the envelope.
fn content(mut answer: Value) -> Value {
    let fields = answer.as_object_mut().unwrap();
    for common in ["errcode", "errmsg", "request_id"] {
        assert!(fields.remove(common).is_some());
    }
    answer
}

#[test]
fn an_article_is_added_changed_published_and_deleted() {
    let server = TestServer::start();
    let unionid = server.account("一");
    let picture = server.picture();
    let article = json!({
        "thumb_media_id": picture,
        "content": "<p onclick=\"x()\">你好</p>",
        "title": "标题",
        "uuid": "u1",
        "allow_forward": "false",
        "view_scope_type": "1",
        "digest": "摘要",
    });
    let added = server.ok(ADD, &json!({ "unionid": unionid, "article": article.to_string() }));
    let id = added["article_id"].as_i64().unwrap();
    assert_eq!(content(added), json!({ "success": true, "article_id": id, "result": id.to_string() }));
    let again = server.ok(ADD, &json!({ "unionid": unionid, "article": article }));
    assert_eq!(again["article_id"], id);

    let one = json!({ "unionid": unionid, "article_id": id.to_string() });
    let mut expected = json!({
        "article_id": id,
        "title": "标题",
        "thumb_media_id": picture,
        "publish_status": 0,
        "create_time": NOW,
        "update_time": NOW,
        "content": "<p onclick=\"x()\">你好</p>",
        "digest": "摘要",
    });
    assert_eq!(content(server.ok(GET, &one)), expected);
    let url = article_link::url(&server.env, &server.base_url, &server.corp, ArticleId(id), true).unwrap();
    assert!(url.starts_with(&format!("{}/article/{}/{id}-", server.base_url, server.corp)), "{url}");
    assert_eq!(content(server.ok(PUBLISH, &one)), json!({ "url": url }));
    expected["publish_status"] = json!(1);
    expected["publish_time"] = json!(NOW);
    expected["url"] = json!(url);
    assert_eq!(content(server.ok(GET, &one)), expected);

    let change = json!({ "article_id": id, "title": "新", "content": "<p>新</p>", "thumb_media_id": "" });
    server.ok(UPDATE, &json!({ "unionid": unionid, "article": change }));
    expected["title"] = json!("新");
    expected["content"] = json!("<p>新</p>");
    assert_eq!(content(server.ok(GET, &one)), expected);
    let list = server.ok(LIST, &json!({ "unionid": unionid, "page_size": 20, "page_start": 1 }));
    assert_eq!(content(list), json!({ "items": [expected], "total_count": 1, "item_count": 1 }));

    server.ok(DELETE, &one);
    for path in [GET, PUBLISH, DELETE] {
        assert_eq!(server.code(path, &one), 1_100_001, "{path}");
    }
    assert_eq!(server.code(UPDATE, &json!({ "unionid": unionid, "article": change })), 1_100_001);
}

#[test]
fn lists_filter_by_both_states() {
    let server = TestServer::start();
    let unionid = server.account("一");
    let ids: Vec<_> = (0..3).map(|number| server.article(&unionid, &format!("文{number}"))).collect();
    server.ok(PUBLISH, &json!({ "unionid": unionid, "article_id": ids[0] }));
    server.ok(DELETE, &json!({ "unionid": unionid, "article_id": ids[1] }));
    let list = |filter: Value| {
        let mut request = json!({ "unionid": unionid, "page_size": "20", "page_start": "1" });
        request.as_object_mut().unwrap().extend(filter.as_object().unwrap().clone());
        let answer = server.ok(LIST, &request);
        let items = answer["items"].as_array().unwrap();
        items.iter().map(|item| item["article_id"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(list(json!({})), [ids[2], ids[0]]);
    assert_eq!(list(json!({ "status": 0, "publishStatus": "1" })), [ids[0]]);
    assert_eq!(list(json!({ "status": "1" })), [ids[1]]);
    assert_eq!(list(json!({ "status": "-1" })), [ids[2], ids[1], ids[0]]);
    assert_eq!(list(json!({ "status": -1, "publishStatus": 0 })), [ids[2], ids[1]]);
    for (name, wrong) in
        [("status", 2), ("publishStatus", -1), ("page_size", 0), ("page_size", 21), ("page_start", 0)]
    {
        let mut request = json!({ "unionid": unionid, "page_size": 20, "page_start": 1 });
        request[name] = json!(wrong);
        assert_eq!(server.code(LIST, &request), 40_035, "{name} {wrong}");
    }
    for missing in ["unionid", "page_size", "page_start"] {
        let mut request = json!({ "unionid": unionid, "page_size": 20, "page_start": 1 });
        request.as_object_mut().unwrap().remove(missing);
        assert_eq!(server.code(LIST, &request), 40_035, "{missing}");
    }
}

#[test]
fn a_bad_field_of_a_new_article_has_the_code_of_its_page() {
    let server = TestServer::start();
    let unionid = server.account("一");
    let good = json!({ "title": "t", "content": "c", "uuid": "u" });
    for (field, value) in [
        ("title", json!(" ")),
        ("content", json!(null)),
        ("uuid", json!("")),
        ("view_scope_type", json!(2)),
        ("allow_forward", json!("perhaps")),
        ("thumb_media_id", json!("@lAnothing")),
    ] {
        let mut article = good.clone();
        article[field] = value;
        let answer = server.call(ADD, &json!({ "unionid": unionid, "article": article }));
        assert_eq!(answer["errcode"], 1_002, "{answer}");
        assert!(answer["errmsg"].as_str().unwrap().contains(&format!("article.{field}")), "{answer}");
    }
    assert_eq!(server.code(ADD, &json!({ "unionid": unionid, "article": null })), 1_002);
    assert_eq!(server.code(ADD, &json!({ "unionid": "nobody", "article": good })), 800_003);
    assert_eq!(server.code(GET, &json!({ "unionid": unionid, "article_id": 4711 })), 40_035);
}
