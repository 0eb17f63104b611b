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

/// What a program in JavaScript, Java or Python writes for a token that it did not get.
#[test]
fn a_token_that_was_never_obtained_is_invalid() {
    let server = AppMatrix::start();
    for token in ["undefined", "null", "None", "NaN"] {
        let gateway = server.send(&post(
            &format!("/topapi/v2/user/get?access_token={token}"),
            "application/json",
            "{}",
        ));
        assert_eq!(
            (&gateway.body["errcode"], &gateway.body["sub_code"]),
            (&json!(88), &json!("40014")),
            "{token}"
        );
        let bare = server.send(&post(&format!("/media/upload?access_token={token}&type=image"), "", ""));
        assert_eq!(bare.body, json!({ "errcode": 40014, "errmsg": "不合法的access_token" }), "{token}");
        assert_eq!((bare.status, bare.content_type.as_str()), (200, "application/json"));
        let mut v1 = post("/v1.0/contact/users/search", "application/json", "{}");
        v1.token_header = Some(token.to_owned());
        let v1 = server.send(&v1);
        assert_eq!((v1.status, &v1.body["code"]), (400, &json!("InvalidAuthentication")), "{token}");
        assert_eq!(v1.body["message"], "不合法的access_token");
    }
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

#[test]
fn the_v1_gateway_names_a_missing_field_in_the_code() {
    let server = AppMatrix::start();
    for (path, body, field) in [
        ("/v1.0/oauth2/accessToken", r#"{"appSecret":"a"}"#, "appKey"),
        ("/v1.0/contact/users/search", r#"{"queryWord":"张","size":10}"#, "offset"),
        ("/v1.0/exclusive/appDings/send", r#"{"userids":null,"content":"开会"}"#, "userids"),
        ("/v1.0/gateway/connections/open", r#"{"clientId":"a","clientSecret":"b"}"#, "subscriptions"),
    ] {
        let token = Some(server.token_of(AppType::Internal).to_owned());
        let answer = server.send(&Request { token_header: token, ..post(path, "application/json", body) });
        assert_eq!((answer.status, &answer.body["code"]), (400, &json!(format!("Missing{field}"))), "{path}");
        assert_eq!(answer.body["message"], format!("{field} is mandatory for this action."));
    }
    // The page has a code for it.
    let token = Some(server.token_of(AppType::Internal).to_owned());
    let path = "/v1.0/datacenter/onlineUserData";
    let answer = server.send(&Request { token_header: token, ..Request::to(Method::GET, path) });
    assert_eq!(answer.body["code"], "statDate.is.null", "{}", answer.body);
}

#[test]
fn the_v1_gateway_calls_a_broken_body_invalid() {
    let server = AppMatrix::start();
    for body in [r#"{"appKey":"a","appSecret":"b",}"#, "{'appKey':'a'}", r#"{"appKey":"C:\D"}"#] {
        let answer = server.send(&post("/v1.0/oauth2/accessToken", "application/json", body));
        assert_eq!((answer.status, &answer.body["code"]), (400, &json!("Invalidbody")), "{body}");
        let text = answer.body["message"].as_str().unwrap();
        assert!(text.starts_with("Specified parameter body is not valid. JSON parsing error"), "{text}");
    }
}

#[test]
fn the_credentials_of_an_organisation_have_their_own_code_and_text() {
    let request = Request::to(Method::GET, "/gettoken?corpid=ding1&corpsecret=no");
    let answer = AppMatrix::start().send(&request).body;
    assert_eq!(answer, json!({ "errcode": 40089, "errmsg": "不合法的corpId或corpSecret" }));
}

#[test]
fn a_token_may_be_in_a_form() {
    let server = AppMatrix::start();
    let path = "/topapi/serviceaccount/list";
    let code = |form: &str| {
        let answer = server.send(&post(path, "application/x-www-form-urlencoded", form)).body;
        (answer["errcode"].clone(), answer["sub_code"].clone())
    };
    let form = format!("access_token={}", server.token_of(AppType::Internal));
    assert_eq!(code(&form).0, json!(0));
    assert_eq!(code("access_token="), (json!(88), json!("40000")));
    assert_eq!(code("access_token=0123456789abcdef0123456789abcdef"), (json!(88), json!("40014")));
}
