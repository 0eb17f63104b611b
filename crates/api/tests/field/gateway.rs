//! Texts that programs search to decide what to do next.

use axum::http::Method;
use carillon_model::app::AppType;
use carillon_wire::ThrottleSettings;
use serde_json::json;
use testkit::server::TestServer;

use crate::access_policy::fixture::Fixture;
use crate::matrix::app_matrix::AppMatrix;
use crate::matrix::request::Request;

fn post(path: &str, content_type: &str, body: &str) -> Request {
    Request::to(Method::POST, path).with_body(content_type, body)
}

/// The part of a text after `marker`.
fn text_after<'a>(text: &'a str, marker: &str) -> &'a str {
    text.split_once(marker).unwrap_or_else(|| panic!("no {marker} in {text}")).1
}

#[test]
fn an_unknown_name_has_no_sub_code() {
    let mut answer = AppMatrix::start().send(&post("/topapi/flow/Form/save", "application/json", "{}"));
    assert!(answer.body["request_id"].take().is_string());
    let reason = "不合法ApiName，ApiName = dingtalk.oapi.flow.Form.save";
    let expected = json!({
        "errcode": 22, "errmsg": format!("Invalid method[submsg={reason}]"), "sub_msg": reason, "request_id": null,
    });
    assert_eq!((answer.status, answer.body), (200, expected));
}

#[test]
fn a_missing_token_is_called_blank() {
    let server = AppMatrix::start();
    for path in ["/topapi/v2/user/get", "/topapi/v2/user/get?access_token="] {
        let legacy = server.send(&post(path, "application/json", r#"{"userid":"a"}"#)).body;
        assert_eq!((&legacy["errcode"], &legacy["sub_code"]), (&json!(88), &json!("40000")), "{legacy}");
        let text = legacy["errmsg"].as_str().unwrap();
        // The client looks for both words, in any case of letters.
        assert!(text.contains("access_token") && text.contains("blank"), "{text}");
    }
    let v1 = server.send(&post("/v1.0/contact/users/search", "application/json", "{}"));
    assert_eq!((v1.status, &v1.body["code"]), (400, &json!("AuthenticationFailed.MissingParameter")));
    assert_eq!(v1.body["message"], "缺少参数：x-acs-dingtalk-access-token");
}

#[test]
fn a_refused_address_is_named() {
    let fixture =
        Fixture::with_allowed_addresses(ThrottleSettings::default(), |key| json!({ key: ["203.0.113.7"] }));
    let tail = format!("访问ip不在白名单之中,request ip=127.0.0.1 appKey({})", fixture.server.credentials.0);
    let wrapped = fixture.send(&fixture.list()).body;
    assert_eq!((&wrapped["sub_code"], &wrapped["sub_msg"]), (&json!("60020"), &json!(tail)));
    assert_eq!(wrapped["errmsg"], format!("ding talk error[subcode=60020,submsg={tail}]"));
    let bare = fixture.send(&fixture.legacy("/call_back/get_call_back")).body;
    assert_eq!(bare, json!({ "errcode": 60020, "errmsg": tail }));
    let v1 = fixture.send(&fixture.v1());
    assert_eq!((v1.status, &v1.body["message"]), (403, &json!(tail)));
}

#[test]
fn a_missing_permission_is_named_with_its_address() {
    let mut server = TestServer::start();
    server.use_app(AppType::Internal, &[]);
    let legacy = server.call("/topapi/v2/user/list", &json!({ "dept_id": 1, "cursor": 0, "size": 1 }));
    let (status, v1) = server.call_v1("/v1.0/contact/users/search", &json!({}));
    assert_eq!((status, &v1["code"]), (403, &json!("Forbidden.AccessDenied.AccessTokenPermissionDenied")));
    for (text, scope) in
        [(&legacy["sub_msg"], "qyapi_get_department_member"), (&v1["message"], "qyapi_addresslist_search")]
    {
        let text = text.as_str().unwrap();
        let (listed, rest) = text_after(text, "应用尚未开通所需的权限：[").split_once(']').unwrap();
        assert!(listed.contains(scope), "{text}");
        let url = text_after(rest, "点击链接申请并开通即可：");
        let url = url.split([',', ' ']).next().unwrap();
        assert!(url.starts_with("http") && url.contains("/appscope/apply?content="), "{text}");
    }
    let listed = text_after(legacy["sub_msg"].as_str().unwrap(), ", {requiredScopes=[");
    assert!(listed.ends_with("]}"), "{listed}");
}

#[test]
fn a_rate_limit_error_names_the_limit_and_its_end() {
    let ends = "从 2025-10-09 16:53:20 到 2025-10-09 16:53:20 请求总次数超过 1 次, 限制将在 2025-10-09 16:53:21 结束.";
    let one_app = ThrottleSettings { app_per_second: 1, ..Default::default() };
    let all = ThrottleSettings { operation_per_second: 1, ..Default::default() };
    for (settings, code, reason) in [
        (one_app, "90018", "当前应用调用该接口次数过多，触发了qps流控"),
        (
            all,
            "90002",
            "当前所有钉钉应用调用该接口次数过多，超出了该接口承受的最大qps，请求被暂时限制了，建议错开整点时刻调用该接口",
        ),
    ] {
        let fixture = Fixture::with(settings);
        let refused = |request| {
            fixture.send(&request);
            fixture.send(&request).body
        };
        let text = |api: &str| json!(format!("{reason}, apiPath({api}), {ends}"));
        let wrapped = refused(fixture.list());
        assert_eq!(
            (&wrapped["sub_code"], &wrapped["sub_msg"]),
            (&json!(code), &text("dingtalk.oapi.serviceaccount.list"))
        );
        // Operations older than the gateway have no name: the text has their path.
        let older = refused(fixture.legacy("/call_back/get_call_back"));
        assert_eq!(
            (&older["sub_code"], &older["sub_msg"]),
            (&json!(code), &text("/call_back/get_call_back"))
        );
        assert_eq!(refused(fixture.v1())["message"], text("/v1.0/carillon/audits/query"));
    }
}

#[test]
fn a_form_does_not_count_as_a_body_on_the_v1_host() {
    let server = AppMatrix::start();
    let form = "application/x-www-form-urlencoded";
    for (path, content_type, body) in [
        ("/v1.0/oauth2/accessToken", form, "appKey=a&appSecret=b"),
        ("/v1.0/contact/users/search", form, "queryWord=a&offset=0&size=10"),
        ("/v1.0/contact/users/search", "application/json", ""),
    ] {
        let token = Some(server.token_of(AppType::Internal).to_owned());
        let answer = server.send(&Request { token_header: token, ..post(path, content_type, body) });
        assert_eq!(
            (answer.status, &answer.body["code"]),
            (400, &json!("Missingbody")),
            "{path}: {}",
            answer.body
        );
        assert_eq!(answer.body["message"], "body is mandatory for this action.");
    }
}
