use axum::http::Method;
use carillon_wire::{BlockedAnswer, ThrottleSettings};
use serde_json::json;

use crate::access_policy::fixture::Fixture;
use crate::matrix::request::Request;

/// Adds the header with which a proxy forwards a request.
fn forwarded(request: Request, header: &'static [(&'static str, &'static str)]) -> Request {
    Request { headers: header, ..request }
}

fn three_calls() -> ThrottleSettings {
    ThrottleSettings { address_calls: 3, ..Default::default() }
}

#[test]
fn an_address_over_its_rate_limit_is_blocked_for_five_minutes() {
    let fixture = Fixture::with(three_calls());
    // Calls of unknown operations count too.
    assert_eq!(fixture.send(&fixture.list()).body["errcode"], 0);
    assert_eq!(fixture.send(&fixture.v1()).status, 200);
    assert_eq!(fixture.send(&Request::to(Method::GET, "/topapi/no/such")).body["errcode"], 22);
    let mut blocked = fixture.send(&fixture.list());
    assert_eq!((blocked.status, blocked.content_type.as_str()), (200, "application/json;charset=UTF-8"));
    let uuid = blocked.body["uuid"].take();
    assert!(uuid.as_str().is_some_and(|uuid| uuid.len() == 32), "{uuid}");
    let rest = json!({ "status": 1111, "wait": 5, "source": "x5", "punish": "deny", "uuid": null });
    assert_eq!(blocked.body, rest);
    let v1 = fixture.send(&fixture.v1());
    assert_eq!((v1.status, &v1.body["status"]), (403, &json!(1111)));
    fixture.wait(299);
    assert_eq!(fixture.send(&fixture.list()).body["status"], 1111);
    fixture.wait(1);
    assert_eq!(fixture.send(&fixture.list()).body["errcode"], 0);
}

#[test]
fn a_blocked_address_can_get_a_page() {
    let fixture = Fixture::with(ThrottleSettings {
        address_calls: 1,
        address_answer: BlockedAnswer::Html,
        ..Default::default()
    });
    assert_eq!(fixture.send(&fixture.list()).body["errcode"], 0);
    let url = format!("http://{}/topapi/serviceaccount/list", fixture.server.address());
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut answer = agent.get(url).call().unwrap();
    assert_eq!(answer.status(), 403);
    assert_eq!(answer.headers()["content-type"], "text/html;charset=UTF-8");
    assert!(answer.body_mut().read_to_string().unwrap().starts_with("<!DOCTYPE html>"));
}

#[test]
fn only_trusted_proxies_may_forward_an_address() {
    const ONE: &[(&str, &str)] = &[("x-forwarded-for", "192.0.2.1")];
    const TWO: &[(&str, &str)] = &[("x-forwarded-for", "192.0.2.1, 192.0.2.2")];
    const BROKEN: &[(&str, &str)] = &[("x-forwarded-for", "192.0.2.1, unknown")];
    let once = |proxies: &str| ThrottleSettings {
        address_calls: 1,
        trusted_proxies: serde_json::from_str(proxies).unwrap(),
        ..Default::default()
    };
    let blocked =
        |fixture: &Fixture, header| fixture.send(&forwarded(fixture.list(), header)).body["status"] == 1111;

    let fixture = Fixture::with(once("[]"));
    assert!(!blocked(&fixture, ONE));
    assert!(blocked(&fixture, TWO), "another header is no other address");

    let fixture = Fixture::with(once(r#"["127.0.0.0/8"]"#));
    assert!(!blocked(&fixture, ONE));
    assert!(blocked(&fixture, ONE));
    assert!(!blocked(&fixture, TWO), "what the caller wrote before the proxy's own entry does not count");
    assert!(blocked(&fixture, TWO));
    assert!(!blocked(&fixture, BROKEN), "the proxy itself calls");
    assert!(blocked(&fixture, &[]));

    let fixture = Fixture::with(once(r#"["127.0.0.1", "192.0.2.2"]"#));
    assert!(!blocked(&fixture, ONE));
    assert!(blocked(&fixture, TWO), "both proxies are trusted");
}

#[test]
fn an_app_can_be_limited_to_addresses() {
    let here = |ranges: &'static str| {
        Fixture::with_allowed_addresses(
            ThrottleSettings::default(),
            move |key| json!({ key: [ranges], "dingother": ["192.0.2.1"] }),
        )
    };
    for (ranges, is_allowed) in
        [("127.0.0.1", true), ("127.0.0.0/8", true), ("10.0.0.0/8", false), ("::1", false)]
    {
        let fixture = here(ranges);
        let (legacy, v1) = (fixture.send(&fixture.list()).body, fixture.send(&fixture.v1()));
        if is_allowed {
            assert_eq!((&legacy["errcode"], v1.status), (&json!(0), 200), "{ranges}");
        } else {
            assert_eq!((&legacy["errcode"], &legacy["sub_code"]), (&json!(88), &json!("60020")), "{ranges}");
            let code = json!("Forbidden.AccessDenied.IpNotInWhiteList");
            assert_eq!((v1.status, &v1.body["code"]), (403, &code), "{ranges}");
        }
        // The list of one app does not restrict others.
        let path = format!(
            "/topapi/serviceaccount/list?access_token={}",
            fixture.server.token_without("qyapi_base")
        );
        assert_eq!(fixture.send(&Request::to(Method::GET, &path)).body["errcode"], 0);
    }
}
