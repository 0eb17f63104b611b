//! Wrong and missing credentials and tokens, by host and by path.

use carillon_model::app::AppType;
use serde_json::{Value, json};
use testkit::server::{TestApp, TestServer, add_app};
use ureq::http::Method;

use super::send;

fn get(server: &TestServer, path: &str) -> Value {
    let response = send(server, &Method::GET, path, &[], b"");
    assert_eq!(
        (response.status().as_u16(), &response.headers()["content-type"]),
        (200, &"application/json".parse().unwrap())
    );
    serde_json::from_str(response.body()).unwrap()
}

#[test]
fn gettoken_distinguishes_apps_from_organisations() {
    let server = TestServer::start();
    let TestApp { key, secret, .. } =
        add_app(&server.store, &server.env, &server.corp, AppType::Internal, &[]);
    let corp = server.corp.as_str();
    let (app, organisation) = ("不合法的appKey或appSecret", "不合法的corpId或corpSecret");
    for (query, code, text) in [
        ("appkey=no&appsecret=no".to_owned(), 40_096, app),
        (format!("appkey={key}&appsecret=no"), 40_096, app),
        (format!("appkey={key}&appsecret={secret}x"), 40_096, app),
        (format!("appkey={key}x&appsecret={secret}"), 40_096, app),
        (format!("appkey={secret}&appsecret={key}"), 40_096, app),
        (format!("appkey=no&corpsecret={secret}"), 40_096, app),
        (format!("appkey=no&appsecret=no&corpid={key}&corpsecret={secret}"), 40_096, app),
        ("corpid=no&corpsecret=no".to_owned(), 40_089, organisation),
        (format!("corpid={key}&corpsecret=no"), 40_089, organisation),
        (format!("corpid={corp}&corpsecret={secret}"), 40_089, organisation),
        (format!("corpid=no&appsecret={secret}"), 40_089, organisation),
        (String::new(), 40_035, "缺少参数 corpid or appkey"),
        ("appkey=&appsecret=".to_owned(), 40_035, "缺少参数 corpid or appkey"),
        (format!("appsecret={secret}"), 40_035, "缺少参数 corpid or appkey"),
        ("corpsecret=no".to_owned(), 40_035, "缺少参数 corpid or appkey"),
        (format!("appkey={key}"), 40_035, "缺少参数 corpsecret or appsecret"),
        (format!("corpid={key}&corpsecret=%20"), 40_035, "缺少参数 corpsecret or appsecret"),
    ] {
        let answer = get(&server, &format!("/gettoken?{query}"));
        assert_eq!(answer, json!({ "errcode": code, "errmsg": text }), "{query}");
    }
    for query in [
        format!("appkey={key}&appsecret={secret}"),
        format!("corpid={key}&corpsecret={secret}"),
        format!("appkey={key}&corpsecret={secret}"),
        format!("corpid={key}&appsecret={secret}"),
    ] {
        let answer = get(&server, &format!("/gettoken?{query}"));
        assert_eq!((&answer["errcode"], &answer["expires_in"]), (&json!(0), &json!(7200)), "{query}");
    }
}

#[test]
fn access_token_has_the_errors_of_its_host() {
    let server = TestServer::start();
    let TestApp { key, .. } = add_app(&server.store, &server.env, &server.corp, AppType::Internal, &[]);
    let call = |body: &str, content_type: &str| {
        let headers = [("content-type", content_type)];
        let response = send(&server, &Method::POST, "/v1.0/oauth2/accessToken", &headers, body.as_bytes());
        let answer: Value = serde_json::from_str(response.body()).unwrap();
        (response.status().as_u16(), answer["code"].as_str().unwrap().to_owned(), answer["message"].clone())
    };
    let json = "application/json";
    for body in [
        json!({ "appKey": "no", "appSecret": "no" }),
        json!({ "appKey": key, "appSecret": "no" }),
        json!({ "appKey": "", "appSecret": "no", "appkey": key }),
    ]
    .iter()
    .take(2)
    {
        let expected = (400, "invalidClientIdOrSecret".to_owned(), json!("无效的clientId或者clientSecret"));
        assert_eq!(call(&body.to_string(), json), expected);
    }
    for (body, field) in [
        (json!({}), "appKey"),
        (json!({ "appKey": key }), "appSecret"),
        (json!({ "appSecret": "no" }), "appKey"),
        (json!({ "appKey": "", "appSecret": "a" }), "appKey"),
    ] {
        let message = format!("{field} is mandatory for this action.");
        let expected = (400, format!("Missing{field}"), json!(message));
        assert_eq!(call(&body.to_string(), json), expected);
    }
    let none = (400, "Missingbody".to_owned(), json!("body is mandatory for this action."));
    assert_eq!(call("", json), none);
    assert_eq!(call("appKey=a&appSecret=b", "application/x-www-form-urlencoded"), none);
}

#[test]
fn only_the_gateway_wraps_errors_of_the_token() {
    let server = TestServer::start();
    let post = |path: &str| -> Value {
        let headers = [("content-type", "application/json")];
        let response = send(&server, &Method::POST, path, &headers, b"{}");
        serde_json::from_str(response.body()).unwrap()
    };
    let wrapped = |code: &str, reason: &str| {
        json!({ "errcode": 88, "sub_code": code, "sub_msg": reason,
            "errmsg": format!("ding talk error[subcode={code},submsg={reason}]") })
    };
    let without_id = |mut answer: Value| {
        answer.as_object_mut().unwrap().remove("request_id");
        answer
    };
    assert_eq!(
        without_id(post("/topapi/serviceaccount/list?access_token=test")),
        wrapped("40014", "不合法的access_token")
    );
    assert_eq!(without_id(post("/topapi/serviceaccount/list")), wrapped("40000", "access_token is blank"));
    for path in ["/role/add_role", "/call_back/register_call_back", "/media/upload"] {
        let bare = json!({ "errcode": 40014, "errmsg": "不合法的access_token" });
        assert_eq!(post(&format!("{path}?access_token=test")), bare, "{path}");
        let missing = json!({ "errcode": 40035, "errmsg": "缺少参数 access_token" });
        assert_eq!(post(path), missing, "{path}");
    }
    let v1 = |headers: &[(&str, &str)]| {
        let response = send(&server, &Method::POST, "/v1.0/contact/users/search", headers, b"{}");
        let answer: Value = serde_json::from_str(response.body()).unwrap();
        (response.status().as_u16(), answer["code"].clone(), answer["message"].clone())
    };
    let missing =
        (400, json!("AuthenticationFailed.MissingParameter"), json!("缺少参数：x-acs-dingtalk-access-token"));
    assert_eq!(v1(&[]), missing);
    assert_eq!(v1(&[("authorization", "Bearer test")]), missing);
    assert_eq!(
        v1(&[("x-acs-dingtalk-access-token", "test")]),
        (400, json!("InvalidAuthentication"), json!("不合法的access_token"))
    );
}

#[test]
fn a_missing_permission_is_named_with_its_help_page() {
    let server = TestServer::start();
    let TestApp { key, token, .. } =
        add_app(&server.store, &server.env, &server.corp, AppType::Internal, &[]);
    let reason = |scope: &str| {
        format!(
            "应用尚未开通所需的权限：[{scope}]，点击链接申请并开通即可：{}/appscope/apply?content={key}%23{scope}",
            server.base_url
        )
    };
    let post = |path: &str, headers: &[(&str, &str)]| {
        let response = send(&server, &Method::POST, path, headers, b"{}");
        (response.status().as_u16(), serde_json::from_str::<Value>(response.body()).unwrap())
    };
    let (_, answer) = post(&format!("/topapi/serviceaccount/list?access_token={token}"), &[]);
    let scope = "qyapi_service_account_manage";
    let expected = format!("{}, {{requiredScopes=[{scope}]}}", reason(scope));
    assert_eq!(
        (&answer["errcode"], &answer["sub_code"], &answer["sub_msg"]),
        (&json!(88), &json!("60011"), &json!(expected))
    );
    assert_eq!(answer["errmsg"], format!("ding talk error[subcode=60011,submsg={expected}]"));
    let (_, answer) = post(&format!("/media/upload?access_token={token}"), &[]);
    let expected = format!("{}, {{requiredScopes=[qyapi_base]}}", reason("qyapi_base"));
    assert_eq!(
        (&answer["errcode"], &answer["sub_code"], &answer["sub_msg"]),
        (&json!(88), &json!("60011"), &json!(expected))
    );
    let (status, answer) = post("/v1.0/contact/users/search", &[("x-acs-dingtalk-access-token", &token)]);
    let scope = answer["accessdenieddetail"]["requiredScopes"][0].as_str().unwrap().to_owned();
    assert_eq!(
        (status, &answer["code"]),
        (403, &json!("Forbidden.AccessDenied.AccessTokenPermissionDenied"))
    );
    assert_eq!(answer["message"], reason(&scope));
}
