use serde_json::{Value, json};
use testkit::server::TestServer;
use ureq::http::Method;

use super::send;

const METHODS: [Method; 5] = [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::PATCH];

#[test]
fn an_unknown_path_is_refused_by_the_v1_host() {
    let server = TestServer::start();
    for path in [
        "/v1.0",
        "/v1.0/",
        "/v1.0/no/such",
        "/v2.0/im/interconnections/groups",
        "/v2.0/wiki/workspaces?access_token=x",
        "/v1.1/oauth2/accessToken",
        "/v10.25/x",
        "/v1/x",
        "/V1.0/oauth2/accessToken",
        "//v1.0/oauth2/accessToken",
        "/v1.0//oauth2/accessToken",
        "/v1.0/oauth2/accessToken/",
        "/v1.0/oauth2/accesstoken",
        "/v1.0/oauth2/access%54oken",
        "/%76%31.0/x",
    ] {
        for method in METHODS {
            let response = send(&server, &method, path, &[], b"");
            assert_eq!(response.status(), 404, "{method} {path}: {}", response.body());
            assert_eq!(response.headers()["content-type"], "application/json;charset=utf-8");
            let body: Value = serde_json::from_str(response.body()).unwrap();
            assert_eq!(body["code"], "InvalidAction.NotFound", "{method} {path}");
            assert_eq!(body["requestid"].as_str(), response.headers()["x-acs-request-id"].to_str().ok());
            let message = "Specified api is not found, please check your url and method.";
            assert_eq!(body["message"], message, "{method} {path}");
        }
    }
}

#[test]
fn an_unknown_path_is_refused_by_the_legacy_host() {
    let server = TestServer::start();
    for (path, name) in [
        ("/topapi/v2/user/notexist?access_token=test", "v2.user.notexist"),
        ("/topapi/serviceaccount/list/", "serviceaccount.list."),
        ("/topapi//serviceaccount/list", ".serviceaccount.list"),
        ("//topapi/serviceaccount/list", ".topapi.serviceaccount.list"),
        ("/topapi/ServiceAccount/list", "ServiceAccount.list"),
        ("/topapi/serviceaccount/%6Cist", "serviceaccount.%6Cist"),
        ("/gettoken/", "gettoken."),
        ("/GetToken", "GetToken"),
        ("/media/get", "media.get"),
        ("/media/uploads", "media.uploads"),
        ("/cgi-bin/gettoken", "cgi-bin.gettoken"),
        ("/", ""),
    ] {
        for method in METHODS.into_iter().chain([Method::OPTIONS]) {
            let response = send(&server, &method, path, &[], b"");
            assert_eq!(response.status(), 200, "{method} {path}");
            let body: Value = serde_json::from_str(response.body()).unwrap();
            let reason = format!("不合法ApiName，ApiName = dingtalk.oapi.{name}");
            let errmsg = format!("Invalid method[submsg={reason}]");
            assert_eq!(
                (&body["errcode"], &body["sub_msg"], &body["errmsg"]),
                (&json!(22), &json!(reason), &json!(errmsg)),
                "{method} {path}"
            );
            let content_type = response.headers()["content-type"].to_str().unwrap();
            let with_charset = path.starts_with("/topapi/");
            assert_eq!(
                content_type == "application/json;charset=UTF-8",
                with_charset,
                "{path}: {content_type}"
            );
            assert!(!response.headers().contains_key("access-control-allow-origin"), "{path}");
        }
    }
}

#[test]
fn a_head_request_gets_no_body() {
    let server = TestServer::start();
    for (path, status) in [("/v2.0/x", 404), ("/topapi/x", 200), ("/topapi/serviceaccount/list", 200)] {
        let response = send(&server, &Method::HEAD, path, &[], b"");
        assert_eq!((response.status().as_u16(), response.body().as_str()), (status, ""), "{path}");
    }
}

#[test]
fn a_long_path_is_truncated_in_the_error() {
    let server = TestServer::start();
    let response = send(&server, &Method::GET, &format!("/topapi/{}", "é/".repeat(5000)), &[], b"");
    let body: Value = serde_json::from_str(response.body()).unwrap();
    assert_eq!(body["errcode"], 22);
    assert!(response.body().len() < 4_000, "{}", response.body().len());
}

#[test]
fn a_wrong_method_error_names_get_where_documented() {
    let server = TestServer::start();
    for (path, errcode) in [("/gettoken", 43_001), ("/topapi/serviceaccount/list", 43_002)] {
        for method in [Method::PUT, Method::DELETE, Method::OPTIONS] {
            let response = send(&server, &method, path, &[], b"");
            let body: Value = serde_json::from_str(response.body()).unwrap();
            assert_eq!(body["errcode"], errcode, "{method} {path}");
        }
    }
}
