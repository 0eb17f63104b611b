//! The started program, over HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, reason = "shared with the tests of contacts")]
mod support;

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::{Value, json};
use support::{PNG, Server, app, carillon, carillon_json, organisation};
use tempfile::TempDir;

const MANAGE: &str = "qyapi_service_account_manage";

fn new_account(name: &str, picture: &str) -> Value {
    json!({ "name": name, "avatar_media_id": picture, "desc": "d", "preview_media_id": picture })
}

#[test]
fn tokens() {
    let (data, corp) = organisation();
    let main = app(data.path(), &corp, "internal", "qyapi_base");
    let server = Server::start(data.path());
    let token = server.token(&main);
    assert!(token.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()), "{token}");
    assert_eq!(server.token(&main), token, "the same token while it lives");

    let body = json!({ "appKey": main["app_key"], "appSecret": main["app_secret"] });
    let answer = server.json("/v1.0/oauth2/accessToken", &body);
    assert_eq!(answer, json!({ "accessToken": token, "expireIn": 7200 }));

    let wrong = json!({ "appKey": main["app_key"], "appSecret": "no" });
    let (status, answer) =
        server.post("/v1.0/oauth2/accessToken", "application/json", wrong.to_string().as_bytes());
    assert_eq!((status, &answer["code"]), (400, &json!("invalidClientIdOrSecret")));
    let (status, answer) =
        server.post("/v1.0/oauth2/accessToken", "application/x-www-form-urlencoded", b"appKey=a&appSecret=b");
    assert_eq!((status, &answer["code"]), (400, &json!("Missingbody")));
    let bare = |path: &str| serde_json::from_str::<Value>(&server.get(path)).unwrap();
    let wrong = bare("/gettoken?appkey=a&appsecret=b");
    assert_eq!(wrong["errcode"], 40096);
    assert!(wrong.get("request_id").is_none());
    assert_eq!(bare("/gettoken?appkey=a")["errcode"], 40035);

    // Another secret ends the token.
    drop(server);
    let reset = carillon_json(data.path(), &["app", "reset-secret", main["app_key"].as_str().unwrap()]);
    let server = Server::start(data.path());
    let answer = server.json(&format!("/topapi/serviceaccount/list?access_token={token}"), &json!({}));
    assert_eq!(answer["sub_code"], "40014");
    let mut renewed = main.clone();
    renewed["app_secret"] = reset["app_secret"].clone();
    assert_ne!(server.token(&renewed), token);
}

#[test]
fn the_gateway_refuses_before_the_operation_runs() {
    let (data, corp) = organisation();
    let bare = app(data.path(), &corp, "internal", "");
    let third_party = app(data.path(), &corp, "isv", MANAGE);
    let server = Server::start(data.path());
    let list = "/topapi/serviceaccount/list";
    let refused = |query: &str| {
        let answer = server.json(&format!("{list}{query}"), &json!({}));
        assert_eq!(answer["errcode"], 88, "{answer}");
        answer["sub_code"].as_str().unwrap().to_owned()
    };
    assert_eq!(refused(""), "40000");
    assert_eq!(refused("?access_token=wrong"), "40014");
    assert_eq!(refused(&format!("?access_token={}", server.token(&bare))), "60011");
    assert_eq!(refused(&format!("?access_token={}", server.token(&third_party))), "60011");
    let unknown = server.json("/topapi/no/such", &json!({}));
    assert_eq!(unknown["errcode"], 22);
    assert!(unknown["sub_msg"].as_str().unwrap().contains("dingtalk.oapi.topapi.no.such"));
    let (status, answer) = server.post("/v1.0/no/such", "application/json", b"{}");
    assert_eq!((status, &answer["code"]), (404, &json!("InvalidAction.NotFound")));
}

#[test]
fn accounts_live_through_a_crash() {
    let (data, corp) = organisation();
    let main = app(data.path(), &corp, "internal", &format!("qyapi_base,{MANAGE}"));
    let server = Server::start(data.path());
    let token = server.token(&main);
    let picture = server.picture(&token);
    let at = |verb: &str| format!("/topapi/serviceaccount/{verb}?access_token={token}");

    let mut first = new_account("新闻", &picture);
    first["brief"] = json!("简介");
    let added = server.json(&at("add"), &first);
    let unionid = added["unionid"].as_str().unwrap().to_owned();
    assert!(unionid.ends_with("iE"));
    assert_eq!(server.json(&at("add"), &first)["errcode"], 800_001);
    for (field, value, says) in [
        ("name", "n".repeat(31), "name must have at most 30 characters"),
        ("brief", "b".repeat(61), "brief must have at most 60 characters"),
        ("desc", "d".repeat(201), "desc must have at most 200 characters"),
        ("desc", String::new(), "desc is missing"),
        ("avatar_media_id", "@lAnone".to_owned(), "avatar_media_id must be"),
    ] {
        let mut wrong = new_account("另一个", &picture);
        wrong[field] = json!(value);
        let answer = server.json(&at("add"), &wrong);
        assert_eq!(answer["errcode"], 40_035, "{answer}");
        assert!(answer["errmsg"].as_str().unwrap().contains(says), "{answer}");
    }
    let mut longest = new_account(&"名".repeat(30), &picture);
    longest["brief"] = json!("b".repeat(60));
    longest["desc"] = json!("d".repeat(200));
    assert_eq!(server.json(&at("add"), &longest)["errcode"], 0);

    // The clothing does not matter.
    let form = server.post(
        &at("update"),
        "application/x-www-form-urlencoded",
        format!("unionid={unionid}&desc=%E6%96%B0").as_bytes(),
    );
    assert_eq!(form.1["errcode"], 0, "{}", form.1);

    drop(server);
    let server = Server::start(data.path());
    assert_eq!(server.token(&main), token, "the token outlives the crash");
    let got = server.json(&at("get"), &json!({ "unionid": unionid }));
    assert_eq!(
        got["service_account"],
        json!({
            "status": "normal", "unionid": unionid, "name": "新闻", "brief": "简介", "desc": "新",
            "avatar_media_id": picture, "preview_media_id": picture, "chat_bot_id": unionid,
            "operator_user_id_list": [], "black_user_id_list": [],
            "allow_send_to_all": true, "allow_send_user_id_list": [], "allow_send_dept_id_list": [],
        })
    );
    assert_eq!(server.json(&at("get"), &json!({ "unionid": "noneiE" }))["errcode"], 800_003);

    assert_eq!(
        server.json(&at("update"), &json!({ "unionid": unionid, "status": "disabled" }))["errcode"],
        0
    );
    assert_eq!(
        server.json(&at("update"), &json!({ "unionid": unionid, "status": "normal" }))["errcode"],
        800_003
    );
    assert_eq!(server.json(&at("add"), &first)["errcode"], 0, "the name is free again");
    for number in 0..38 {
        assert_eq!(server.json(&at("add"), &new_account(&format!("a{number}"), &picture))["errcode"], 0);
    }
    assert_eq!(server.json(&at("add"), &new_account("one more", &picture))["errcode"], 800_004);

    let page = |body: Value| server.json(&at("list"), &body);
    let second = page(json!({ "pageStart": "2", "page_size": "20" }));
    assert_eq!((&second["total_count"], &second["item_count"]), (&json!(41), &json!(20)));
    assert_eq!(page(json!({ "pageStart": 3, "pageSize": 20 }))["items"].as_array().unwrap().len(), 1);
    assert_eq!(page(json!({ "pageSize": 50 }))["errcode"], 0);
    assert_eq!(page(json!({ "pageSize": 51 }))["errcode"], 40_035);
    assert_eq!(page(json!({ "pageStart": 0 }))["errcode"], 40_035);
    let by_get: Value =
        serde_json::from_str(&server.get(&format!("{}&pageStart=1&pageSize=5", at("list")))).unwrap();
    assert_eq!(by_get["item_count"], 5);
}

#[test]
fn members_see_a_change_of_an_article_only_once_it_is_published() {
    let (data, corp) = organisation();
    let grants = format!("qyapi_base,{MANAGE},qyapi_service_account_materials,qyapi_service_account_menu");
    let main = app(data.path(), &corp, "internal", &grants);
    let server = Server::start(data.path());
    let token = server.token(&main);
    let picture = server.picture(&token);
    let call = |path: &str, body: Value| server.json(&format!("/topapi/{path}?access_token={token}"), &body);
    let unionid = call("serviceaccount/add", new_account("新闻", &picture))["unionid"].clone();

    let article = json!({ "title": "t", "content": "<p>1</p>", "uuid": "u1", "thumb_media_id": picture });
    // The object may come as its JSON text.
    let added = call("material/article/add", json!({ "unionid": unionid, "article": article.to_string() }));
    assert_eq!((&added["errcode"], &added["success"]), (&json!(0), &json!(true)), "{added}");
    let id = &added["article_id"];
    assert_eq!(
        call("material/article/add", json!({ "unionid": unionid, "article": article }))["article_id"],
        *id
    );
    assert_eq!(call("material/article/add", json!({ "unionid": unionid, "article": {} }))["errcode"], 1002);

    let this = json!({ "unionid": unionid, "article_id": id.to_string() });
    assert!(call("material/article/get", this.clone()).get("url").is_none());
    let published = call("material/article/publish", this.clone());
    assert!(published["url"].as_str().unwrap().starts_with(&server.url), "{published}");
    // For the organisation alone, and nobody can sign in yet.
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
    let shown = page(&link);
    assert!(shown.contains("<p>first</p>") && !shown.contains("alert(1)"), "{shown}");
    let cover = shown.split("\"/media/").nth(1).and_then(|rest| rest.split('"').next()).expect("a picture");
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
    let shown = call("material/news/get", json!({ "unionid": unionid, "media_id": media_id }));
    assert_eq!(shown["articles"][0]["article_id"], *id);
    assert_eq!(shown["articles"][0]["user_view_count"], 0);

    let menu = json!({
        "enable_input": true, "status": 0,
        "button": [{ "name": "News", "type": "media_id", "media_id": media_id }],
    });
    assert_eq!(call("serviceaccount/menu/update", json!({ "unionid": unionid, "menu": menu }))["errcode"], 0);
    let got = call("serviceaccount/menu/get", json!({ "unionid": unionid }));
    assert_eq!(got["menu"]["button"][0]["type"], "click", "{got}");

    assert_eq!(call("material/article/delete", this.clone())["errcode"], 0);
    assert_eq!(call("material/article/get", this)["errcode"], 1_100_001);
}

#[test]
fn uploads_are_checked_by_content() {
    let (data, corp) = organisation();
    let main = app(data.path(), &corp, "internal", "qyapi_base");
    let server = Server::start(data.path());
    let token = server.token(&main);
    server.picture(&token);
    assert_eq!(server.upload(&token, "image", "a.png", b"not a picture")["errcode"], 40_004);
    assert_eq!(server.upload(&token, "image", "a.png", b"")["errcode"], 44_001);
    assert_eq!(server.upload(&token, "poster", "a.png", PNG)["errcode"], 40_004);
    let path = format!("/media/upload?access_token={token}&type=image");
    assert_eq!(server.post(&path, "multipart/form-data; boundary=b", b"--b--\r\n").1["errcode"], 41_005);
    let mut large = PNG.to_vec();
    large.resize((20 << 20) + 1, 0);
    assert_eq!(server.upload(&token, "image", "a.png", &large)["errcode"], 40_006);
    large.pop();
    assert_eq!(server.upload(&token, "image", "a.png", &large)["errcode"], 0);
}

#[test]
fn the_command_line_keeps_its_word() {
    let (data, _) = organisation();
    let server = Server::start(data.path());
    assert_eq!(server.get("/healthz"), "ok");
    assert_eq!(server.get("/readyz"), "ready");
    assert!(server.get("/metrics").contains("carillon_operation"));
    let document: Value = serde_json::from_str(&server.get("/openapi.json")).unwrap();
    assert_eq!(document["openapi"], "3.1.0");

    let while_it_runs = carillon(data.path(), &["corp", "list", "--json"]);
    assert_eq!(while_it_runs.status.code(), Some(0), "the running server answers for its data folder");
    let second = carillon(data.path(), &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(second.status.code(), Some(1), "one server per data folder");
    assert!(String::from_utf8_lossy(&second.stderr).contains("another carillon uses the data folder"));
    assert_eq!(carillon(data.path(), &["nonsense"]).status.code(), Some(2));
}
