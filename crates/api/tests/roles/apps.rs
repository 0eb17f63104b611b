//! Apps, as owners and developers manage them, and their events.

use carillon_model::{
    app::AppType,
    operator::{AccountScope, OperatorRole},
};
use serde_json::{Value, json};
use testkit::server::{TestServer, add_app};

use crate::operator::{self, call};

const APPS: &str = "/v1.0/carillon/apps";
const DELIVERIES: &str = "/v1.0/carillon/event/delivery/list";
const RETRY: &str = "/v1.0/carillon/event/delivery/retry";

fn with_role(server: &TestServer, role: OperatorRole) -> String {
    operator::sign_in(server, role.as_str(), [(role, AccountScope::All)])
}

fn permissions(answer: &Value) -> Vec<&str> {
    let permissions = answer["permissions"].as_array().unwrap_or_else(|| panic!("{answer}"));
    permissions.iter().map(|permission| permission["code"].as_str().unwrap()).collect()
}

#[test]
fn apps_are_listed_with_the_names_of_their_permissions() {
    let server = operator::server();
    let developer = with_role(&server, OperatorRole::Developer);
    let app = add_app(&server.store, &server.env, &server.corp, AppType::Isv, &["qyapi_base"]);
    let (status, answer) = call(&server, &developer, "GET", APPS, None);
    assert_eq!(status, 200, "{answer}");
    let row = &answer["apps"][0];
    assert_eq!(
        (&row["appKey"], &row["appType"], &row["name"]),
        (&json!(app.key), &json!("isv"), &json!("app"))
    );
    let named = json!({
        "code": "qyapi_base", "nameZh": "调用企业API时需要具备的基本权限", "nameEn": "basic organisation API",
    });
    assert_eq!(row["permissions"], json!([named]));
    assert!(!answer.to_string().contains(&app.secret) && !answer.to_string().contains(&app.token));
}

#[test]
fn only_owners_give_permissions() {
    let server = operator::server();
    let (owner, developer) =
        (with_role(&server, OperatorRole::Owner), with_role(&server, OperatorRole::Developer));
    let app = add_app(&server.store, &server.env, &server.corp, AppType::Internal, &["qyapi_base"]).key;
    let path = format!("{APPS}/{app}/permissions");
    let set = |cookie: &str, codes: &[&str]| {
        call(&server, cookie, "PUT", &path, Some(&json!({ "permissions": codes })))
    };
    let (status, answer) = set(&developer, &["qyapi_base", "qyapi_get_member"]);
    assert_eq!(
        (status, &answer["accessdenieddetail"]["requiredRoles"]),
        (403, &json!(["owner"])),
        "{answer}"
    );
    assert_eq!(
        permissions(&set(&owner, &["qyapi_base", "qyapi_get_member"]).1),
        ["qyapi_base", "qyapi_get_member"]
    );
    // A developer takes away, and keeps what there is.
    assert_eq!(permissions(&set(&developer, &["qyapi_get_member"]).1), ["qyapi_get_member"]);
    assert_eq!(permissions(&set(&developer, &["qyapi_get_member"]).1), ["qyapi_get_member"]);
    assert_eq!(permissions(&set(&developer, &[]).1), Vec::<&str>::new());
    let (status, answer) = set(&owner, &["qyapi_bass"]);
    assert!(status == 400 && answer["message"].as_str().unwrap().contains("qyapi_bass"), "{answer}");
    let unknown = format!("{APPS}/dingnosuchapp/permissions");
    let (status, answer) = call(&server, &owner, "PUT", &unknown, Some(&json!({})));
    assert!(status == 400 && answer["message"].as_str().unwrap().contains("is no app"), "{answer}");
}

#[test]
fn developers_create_apps_without_permissions_and_only_owners_others() {
    let server = operator::server();
    let (owner, developer) =
        (with_role(&server, OperatorRole::Owner), with_role(&server, OperatorRole::Developer));
    let create = |cookie: &str, request: Value| call(&server, cookie, "POST", APPS, Some(&request));
    let (status, answer) = create(&developer, json!({ "name": "报表" }));
    assert_eq!(status, 200, "{answer}");
    let (key, secret) = (answer["appKey"].as_str().unwrap(), answer["appSecret"].as_str().unwrap());
    assert_eq!(secret.len(), 64);
    let token = server.call(&format!("/gettoken?appkey={key}&appsecret={secret}"), &json!({}));
    assert_eq!(token["errcode"], 0, "{token}");
    let with = |codes: &[&str]| json!({ "name": "报表", "permissions": codes });
    let (status, answer) = create(&developer, with(&["qyapi_base"]));
    assert_eq!((status, &answer["accessdenieddetail"]["requiredRoles"]), (403, &json!(["owner"])));
    assert_eq!(create(&owner, with(&["qyapi_base"])).0, 200);
    for (request, reason) in [
        (with(&["qyapi_bass"]), "qyapi_bass"),
        (json!({ "name": "" }), "name"),
        (json!({ "name": "x".repeat(101) }), "name"),
        (json!({ "name": "x", "appType": "other" }), "appType"),
        (json!({ "name": "x", "secret": "mine" }), "secret"),
    ] {
        let (status, answer) = create(&owner, request);
        assert!(status == 400 && answer["message"].as_str().unwrap().contains(reason), "{answer}");
    }
    assert_eq!(create(&owner, json!({ "name": "x".repeat(100), "appType": "isv" })).0, 200);
}

#[test]
fn the_secret_of_an_app_with_permissions_is_for_owners() {
    let server = operator::server();
    let (owner, developer) =
        (with_role(&server, OperatorRole::Owner), with_role(&server, OperatorRole::Developer));
    let add = |grants: &[&str]| add_app(&server.store, &server.env, &server.corp, AppType::Internal, grants);
    let (bare, app) = (add(&[]), add(&["qyapi_base"]));
    let renew = |cookie: &str, key: &str| {
        call(&server, cookie, "POST", &format!("{APPS}/{key}/secret"), Some(&json!({})))
    };
    let (status, answer) = renew(&developer, &app.key);
    assert_eq!((status, &answer["accessdenieddetail"]["requiredRoles"]), (403, &json!(["owner"])));
    for (cookie, app) in [(&developer, &bare), (&owner, &app)] {
        let (status, answer) = renew(cookie, &app.key);
        let secret = answer["appSecret"].as_str().unwrap_or_else(|| panic!("{status} {answer}")).to_owned();
        let token = |secret: &str| {
            server.call(&format!("/gettoken?appkey={}&appsecret={secret}", app.key), &json!({}))["errcode"]
                .clone()
        };
        assert_eq!((token(&app.secret), token(&secret)), (json!(40096), json!(0)));
    }
    assert_eq!(renew(&owner, "dingnosuchapp").0, 400);
}

#[test]
fn a_disabled_app_gets_no_token() {
    let server = operator::server();
    let (owner, developer) =
        (with_role(&server, OperatorRole::Owner), with_role(&server, OperatorRole::Developer));
    let app = add_app(&server.store, &server.env, &server.corp, AppType::Internal, &["qyapi_base"]);
    let set = |cookie: &str, request: Value| {
        call(&server, cookie, "PUT", &format!("{APPS}/{}", app.key), Some(&request))
    };
    let token = || {
        server.call(&format!("/gettoken?appkey={}&appsecret={}", app.key, app.secret), &json!({}))["errmsg"]
            .clone()
    };
    let (status, row) = set(&developer, json!({ "name": "新名", "disabled": true }));
    assert_eq!((status, &row["name"], &row["disabled"]), (200, &json!("新名"), &json!(true)));
    assert_eq!(token(), json!("不合法的appKey或appSecret: 应用已停用"));
    // Whoever only guesses learns nothing.
    let guessed = server.call(&format!("/gettoken?appkey={}&appsecret=guess", app.key), &json!({}));
    assert_eq!(guessed["errmsg"], "不合法的appKey或appSecret");
    let url = format!("{}/call_back/get_call_back?access_token={}", server.base_url, app.token);
    let ended: Value = ureq::get(&url).call().unwrap().body_mut().read_json().unwrap();
    assert_eq!(ended["errcode"], 40014, "{ended}");
    // To enable it gives its permissions back.
    assert_eq!(set(&developer, json!({ "disabled": false })).0, 403);
    assert_eq!(set(&developer, json!({ "disabled": true })).0, 200, "it is already");
    assert_eq!(set(&owner, json!({ "disabled": false })).1["disabled"], json!(false));
    assert_eq!(token(), json!("ok"));
}

#[test]
fn developers_see_the_deliveries_of_the_app_that_they_name() {
    let server = operator::server();
    let developer = with_role(&server, OperatorRole::Developer);
    let callback = json!({
        "call_back_tag": "user_add_org", "token": "token-of-callback", "aes_key": "k".repeat(43), "url": "https://example.com/callback",
    });
    server.ok("/call_back/register_call_back", &callback);
    let member = json!({ "userid": "u1", "name": "员", "mobile": "13800000001", "dept_id_list": "1" });
    server.ok("/topapi/v2/user/create", &member);
    server.ok("/call_back/delete_call_back", &json!({}));
    let (_, apps) = call(&server, &developer, "GET", APPS, None);
    let key = apps["apps"].as_array().unwrap().last().unwrap()["appKey"].clone();
    let other = add_app(&server.store, &server.env, &server.corp, AppType::Internal, &["qyapi_base"]).key;
    let list = |request: &Value| call(&server, &developer, "POST", DELIVERIES, Some(request));
    let (status, answer) = list(&json!({ "app_key": key }));
    assert_eq!((status, &answer["events"][0]["event_type"]), (200, &json!("user_add_org")), "{answer}");
    assert_eq!(list(&json!({ "app_key": other })), (200, json!({ "events": [] })));
    for (request, reason) in [(json!({}), "app_key is missing"), (json!({ "app_key": "ding0" }), "is no app")]
    {
        let (status, answer) = list(&request);
        assert!(status == 400 && answer["message"].as_str().unwrap().contains(reason), "{answer}");
    }
    let event = answer["events"][0]["event_id"].clone();
    let retry = |key: &Value| {
        call(&server, &developer, "POST", RETRY, Some(&json!({ "app_key": key, "event_ids": [event] }))).0
    };
    assert_eq!((retry(&json!(other)), retry(&key)), (400, 200), "an event of the app alone");
    // An app has its own alone.
    assert_eq!(server.call_v1(DELIVERIES, &json!({ "app_key": key })).0, 200);
    let (status, answer) = server.call_v1(DELIVERIES, &json!({ "app_key": other }));
    assert!(status == 400 && answer["message"].as_str().unwrap().contains("the calling app"), "{answer}");
}
