//! Tokens, and refusals of the gateway.

use rusqlite::Connection;
use serde_json::{Value, json};

use testkit::program::{MANAGE, Program, app, carillon_json, organisation};

#[test]
fn tokens() {
    let (data, corp) = organisation();
    let main = app(data.path(), &corp, "internal", "qyapi_base");
    let server = Program::start(data.path());
    let token = server.token(&main);
    assert!(token.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()), "{token}");
    assert_eq!(server.token(&main), token, "the same token while it is valid");

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

    // Resetting the secret ends the token.
    drop(server);
    let reset = carillon_json(data.path(), &["app", "reset-secret", main["app_key"].as_str().unwrap()]);
    let server = Program::start(data.path());
    let answer = server.json(&format!("/topapi/serviceaccount/list?access_token={token}"), &json!({}));
    assert_eq!(answer["sub_code"], "40014");
    let mut renewed = main.clone();
    renewed["app_secret"] = reset["app_secret"].clone();
    assert_ne!(server.token(&renewed), token);
}

#[test]
fn a_valid_token_is_returned_without_a_commit() {
    let (data, corp) = organisation();
    let main = app(data.path(), &corp, "internal", "qyapi_base");
    let server = Program::start(data.path());
    let database = Connection::open(data.path().join("carillon.db")).unwrap();
    // Counts the commits that change an app or a token.
    let registry = || -> i64 {
        let sql = "SELECT version FROM corp_version WHERE corp_id = ''";
        database.query_row(sql, [], |row| row.get(0)).unwrap()
    };
    let before = registry();
    let token = server.token(&main);
    let commits = registry();
    assert!(commits > before, "a token was issued");
    let body = json!({ "appKey": main["app_key"], "appSecret": main["app_secret"] });
    for _ in 0..20 {
        assert_eq!(server.token(&main), token);
        assert_eq!(server.json("/v1.0/oauth2/accessToken", &body)["accessToken"], json!(token));
    }
    assert_eq!(registry(), commits);
}

#[test]
fn the_gateway_refuses_before_the_operation_runs() {
    let (data, corp) = organisation();
    let bare = app(data.path(), &corp, "internal", "");
    let third_party = app(data.path(), &corp, "isv", MANAGE);
    let server = Program::start(data.path());
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
    assert!(unknown["errmsg"].as_str().unwrap().contains("no.such"), "{unknown}");
    let (status, answer) = server.post("/v1.0/no/such", "application/json", b"{}");
    assert_eq!((status, &answer["code"]), (404, &json!("InvalidAction.NotFound")));
    assert_eq!(answer["message"], "Specified api is not found, please check your url and method.");
}
