//! Pages of any origin may call the v1.0 host, and no other.

use carillon_wire::{CallerKind, Dialect};
use testkit::server::TestServer;
use ureq::http::{HeaderMap, Method};

use super::send;

const ORIGIN: (&str, &str) = ("origin", "https://page.example");

fn is_open(headers: &HeaderMap) -> bool {
    let value = |name: &str| headers.get(name).map(|value| value.to_str().unwrap());
    let methods = value("access-control-allow-methods").unwrap_or_default();
    let names = value("access-control-allow-headers").unwrap_or_default().to_ascii_lowercase();
    value("access-control-allow-origin") == Some("*")
        && value("access-control-max-age") == Some("172800")
        && ["GET", "POST", "PUT", "DELETE", "OPTIONS"].iter().all(|method| methods.contains(method))
        && ["content-type", "x-acs-dingtalk-access-token", "x-acs-version"]
            .iter()
            .all(|name| names.contains(name))
        && value("access-control-allow-credentials").is_none()
}

#[test]
fn v1_operations_allow_any_origin_unless_a_session_authorises_them() {
    let server = TestServer::start();
    for operation in carillon_api::operations() {
        let path: Vec<&str> =
            operation.path.split('/').map(|step| if step.starts_with('{') { "x" } else { step }).collect();
        let path = path.join("/");
        let by_session =
            operation.callers.iter().any(|kind| matches!(kind, CallerKind::Operator | CallerKind::Member));
        let expected = operation.dialect == Dialect::V1 && !by_session;
        let preflight = [ORIGIN, ("access-control-request-method", operation.method.as_str())];
        let response = send(&server, &Method::OPTIONS, &path, &preflight, b"");
        assert_eq!(is_open(response.headers()), expected, "preflight of {}", operation.id);
        if expected {
            assert_eq!((response.status().as_u16(), response.body().as_str()), (200, ""), "{}", operation.id);
        }
        // Errors too: a page must be able to read why it was refused.
        let response = send(&server, &operation.method, &path, &[ORIGIN], b"");
        assert_eq!(is_open(response.headers()), expected, "{}: {}", operation.id, response.body());
        assert_eq!(response.headers().contains_key("x-acs-request-id"), operation.dialect == Dialect::V1);
    }
}

#[test]
fn unknown_paths_allow_any_origin_on_the_v1_host_alone() {
    let server = TestServer::start();
    for path in ["/v1.0/no/such", "/v2.0/x"] {
        for method in [Method::OPTIONS, Method::GET, Method::POST] {
            let response = send(&server, &method, path, &[ORIGIN], b"");
            assert!(is_open(response.headers()), "{method} {path}");
            assert_eq!(response.status() == 200, method == Method::OPTIONS, "{method} {path}");
        }
    }
    for path in ["/topapi/no/such", "/media/get"] {
        let response = send(&server, &Method::OPTIONS, path, &[ORIGIN], b"");
        assert!(!response.headers().contains_key("access-control-allow-origin"), "{path}");
    }
}

#[test]
fn responses_carry_the_headers_of_the_real_hosts() {
    let server = TestServer::start();
    let token = ("x-acs-dingtalk-access-token", server.token());
    let response = send(
        &server,
        &Method::POST,
        "/v1.0/contact/users/search",
        &[token, ("content-type", "application/json")],
        br#"{"queryWord":"a","offset":0,"size":10}"#,
    );
    assert_eq!(response.status(), 200, "{}", response.body());
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/json;charset=utf-8");
    let (id, trace) = (header("x-acs-request-id"), header("x-acs-trace-id"));
    assert_eq!((id.len(), trace.len()), (36, 32));
    assert_eq!(trace, id.replace('-', "").to_ascii_lowercase());
    assert!(is_open(response.headers()));
}
