//! Articles and their pages.

use serde_json::{Value, json};

use testkit::program::{MANAGE, Program, app, new_account, organisation};

#[test]
fn members_see_a_change_of_an_article_only_once_it_is_published() {
    let (data, corp) = organisation();
    let grants = format!("qyapi_base,{MANAGE},qyapi_service_account_materials,qyapi_service_account_menu");
    let main = app(data.path(), &corp, "internal", &grants);
    let server = Program::start(data.path());
    let token = server.token(&main);
    let picture = server.picture(&token);
    let call = |path: &str, body: Value| server.json(&format!("/topapi/{path}?access_token={token}"), &body);
    let unionid = call("serviceaccount/add", new_account("新闻", &picture))["unionid"].clone();

    let article = json!({ "title": "t", "content": "<p>1</p>", "uuid": "u1", "thumb_media_id": picture });
    // The object may be encoded as a JSON string.
    let added = call("material/article/add", json!({ "unionid": unionid, "article": article.to_string() }));
    assert_eq!((&added["errcode"], &added["success"]), (&json!(0), &json!(true)), "{added}");
    let id = &added["article_id"];
    assert_eq!(
        call("material/article/add", json!({ "unionid": unionid, "article": article }))["article_id"],
        *id
    );
    assert_eq!(call("material/article/add", json!({ "unionid": unionid, "article": {} }))["errcode"], 1002);

    let ids = json!({ "unionid": unionid, "article_id": id.to_string() });
    assert!(call("material/article/get", ids.clone()).get("url").is_none());
    let published = call("material/article/publish", ids.clone());
    assert!(published["url"].as_str().unwrap().starts_with(&server.url), "{published}");
    // Only members may read it, and no member can sign in yet.
    let page =
        |answer: &Value| server.get(answer["url"].as_str().unwrap().strip_prefix(&server.url).unwrap());
    assert!(!page(&published).contains("<p>1</p>"));

    let open = json!({
        "title": "Open", "content": "<p>first</p><script>alert(1)</script>", "uuid": "u2", "view_scope_type": 1,
        "thumb_media_id": picture,
    });
    let open =
        call("material/article/add", json!({ "unionid": unionid, "article": open }))["article_id"].clone();
    let its = json!({ "unionid": unionid, "article_id": open });
    let link = call("material/article/publish", its.clone());
    let rendered = page(&link);
    assert!(rendered.contains("<p>first</p>") && !rendered.contains("alert(1)"), "{rendered}");
    let cover =
        rendered.split("\"/media/").nth(1).and_then(|rest| rest.split('"').next()).expect("a picture");
    assert!(server.bytes(&format!("/media/{cover}")).starts_with(b"\x89PNG"));
    let agent: ureq::Agent =
        ureq::Agent::config_builder().max_redirects(0).http_status_as_error(false).build().into();
    let chosen = agent.get(format!("{}/lang/en?next=//evil.example", server.url)).call().unwrap();
    assert_eq!(chosen.status(), 303);
    assert!(chosen.headers()["set-cookie"].to_str().unwrap().starts_with("lang=en;"));
    let back = chosen.headers()["location"].to_str().unwrap();
    assert!(back.starts_with('/') && !back.starts_with("//"), "{back}");
    let second = json!({ "title": "Open", "content": "<p>second</p>", "article_id": open });
    assert_eq!(
        call("material/article/update", json!({ "unionid": unionid, "article": second }))["errcode"],
        0
    );
    assert!(page(&link).contains("<p>first</p>"), "the draft is not shown");
    call("material/article/publish", its.clone());
    assert!(page(&link).contains("<p>second</p>"));
    let counted =
        call("material/news/add", json!({ "unionid": unionid, "articles": [{ "article_id": open }] }));
    let counted = json!({ "unionid": unionid, "media_id": counted["media_id"] });
    assert_eq!(call("material/news/get", counted)["articles"][0]["total_view_count"], 3);
    assert_eq!(call("material/article/delete", its)["errcode"], 0);
    assert!(!page(&link).contains("second"), "a deleted article's link no longer works");

    let list = |filter: i64| {
        let body = json!({ "unionid": unionid, "page_size": 20, "page_start": 1, "publishStatus": filter });
        call("material/article/list", body)["total_count"].clone()
    };
    assert_eq!((list(1), list(0)), (json!(1), json!(0)));

    let card = call("material/news/add", json!({ "unionid": unionid, "articles": [{ "article_id": id }] }));
    let media_id = card["media_id"].as_str().unwrap();
    assert!(media_id.ends_with("iE"));
    let rendered = call("material/news/get", json!({ "unionid": unionid, "media_id": media_id }));
    assert_eq!(rendered["articles"][0]["article_id"], *id);
    assert_eq!(rendered["articles"][0]["user_view_count"], 0);

    let menu = json!({
        "enable_input": true, "status": 0,
        "button": [{ "name": "News", "type": "media_id", "media_id": media_id }],
    });
    assert_eq!(call("serviceaccount/menu/update", json!({ "unionid": unionid, "menu": menu }))["errcode"], 0);
    let got = call("serviceaccount/menu/get", json!({ "unionid": unionid }));
    assert_eq!(got["menu"]["button"][0]["type"], "click", "{got}");

    assert_eq!(call("material/article/delete", ids.clone())["errcode"], 0);
    assert_eq!(call("material/article/get", ids)["errcode"], 1_100_001);
}
