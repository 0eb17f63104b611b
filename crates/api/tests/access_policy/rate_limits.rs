use axum::http::Method;
use carillon_model::app::AppType;
use carillon_wire::ThrottleSettings;
use serde_json::{Value, json};

use crate::access_policy::fixture::Fixture;
use crate::matrix::app_matrix::Response;
use crate::matrix::request::Request;

/// Asserts a refusal by the gateway of the legacy host.
fn assert_wrapped(answer: &Response, code: &str) {
    let body = &answer.body;
    assert_eq!(
        (answer.status, &body["errcode"], &body["sub_code"]),
        (200, &json!(88), &json!(code)),
        "{body}"
    );
    let reason = body["sub_msg"].as_str().unwrap();
    assert_eq!(body["errmsg"], format!("ding talk error[subcode={code},submsg={reason}]"));
    assert!(body["request_id"].is_string());
}

/// Asserts a refusal by the gateway of the v1.0 host.
fn assert_forbidden(answer: &Response, code: &str) {
    let body = &answer.body;
    assert_eq!(
        (answer.status, &body["code"]),
        (403, &json!(format!("Forbidden.AccessDenied.{code}"))),
        "{body}"
    );
    assert!(body["message"].is_string() && body["requestid"].is_string());
}

fn assert_passes(answer: &Response) {
    assert!(answer.status == 200 && matches!(&answer.body["errcode"], Value::Null | Value::Number(_)));
    assert!(answer.body["errcode"].as_i64().unwrap_or(0) == 0, "{}", answer.body);
}

#[test]
fn an_app_has_a_rate_limit_for_each_operation() {
    let fixture = Fixture::with(ThrottleSettings { app_per_second: 2, ..Default::default() });
    for _ in 0..2 {
        for _ in 0..2 {
            assert_passes(&fixture.send(&fixture.list()));
            assert_passes(&fixture.send(&fixture.v1()));
        }
        assert_wrapped(&fixture.send(&fixture.list()), "90018");
        assert_forbidden(&fixture.send(&fixture.v1()), "QpsLimitForAppkeyAndApi");
        assert_passes(&fixture.send(&fixture.legacy("/topapi/role/list")));
        fixture.wait(1);
    }
}

#[test]
fn an_operation_has_a_rate_limit_for_all_callers() {
    let fixture = Fixture::with(ThrottleSettings { operation_per_second: 1, ..Default::default() });
    assert_passes(&fixture.send(&fixture.list()));
    assert_passes(&fixture.send(&fixture.v1()));
    let (key, secret) = &fixture.server.credentials;
    let token = Request::to(Method::GET, &format!("/gettoken?appkey={key}&appsecret={secret}"));
    assert_passes(&fixture.send(&token));
    assert_wrapped(&fixture.send(&fixture.list()), "90002");
    let other = Request::to(
        Method::GET,
        &format!("/topapi/serviceaccount/list?access_token={}", fixture.server.token_without("qyapi_base")),
    );
    assert_wrapped(&fixture.send(&other), "90002");
    assert_wrapped(&fixture.send(&token), "90002");
    assert_forbidden(&fixture.send(&fixture.v1()), "QpsLimitForApi");
    fixture.wait(1);
    assert_passes(&fixture.send(&other));
}

#[test]
fn codes_can_be_configured_unwrapped() {
    let settings = ThrottleSettings { operation_per_second: 1, wrapped: false, ..Default::default() };
    let fixture = Fixture::with(settings);
    assert_passes(&fixture.send(&fixture.list()));
    let answer = fixture.send(&fixture.list());
    assert_eq!((answer.status, &answer.body["errcode"]), (200, &json!(90002)), "{}", answer.body);
    assert_eq!(answer.body["errmsg"], answer.body["sub_msg"]);
    // Other refusals of the gateway do not change.
    assert_wrapped(&fixture.send(&Request::to(Method::GET, "/topapi/role/list")), "40000");
}

#[test]
fn a_call_with_a_bad_token_does_not_count() {
    let fixture = Fixture::with(ThrottleSettings { operation_per_second: 1, ..Default::default() });
    for _ in 0..3 {
        let wrong = Request::to(Method::GET, "/topapi/serviceaccount/list?access_token=0123456789abcdef");
        assert_wrapped(&fixture.send(&wrong), "40014");
    }
    assert_passes(&fixture.send(&fixture.list()));
}

#[test]
fn an_organisation_has_a_monthly_limit() {
    let fixture = Fixture::with(ThrottleSettings { corp_per_month: 3, ..Default::default() });
    for _ in 0..2 {
        assert_passes(&fixture.send(&fixture.list()));
        // Contacts and roles are not counted, and neither are requests that were refused earlier in the pipeline.
        assert_passes(&fixture.send(&fixture.legacy("/topapi/role/list")));
        let wrong = Request::to(Method::GET, "/topapi/serviceaccount/list?access_token=0123456789abcdef");
        assert_wrapped(&fixture.send(&wrong), "40014");
    }
    assert_passes(&fixture.send(&fixture.list()));
    assert_wrapped(&fixture.send(&fixture.list()), "90020");
    let of_a_day = Request::to(Method::GET, "/v1.0/exclusive/data/dau/org/20251008");
    let of_a_day =
        Request { token_header: Some(fixture.server.token_of(AppType::Internal).to_owned()), ..of_a_day };
    assert_forbidden(&fixture.send(&of_a_day), "ApiCountLimitForOrg");
    // Carillon's own operations are not counted.
    assert_passes(&fixture.send(&fixture.v1()));
    assert_passes(&fixture.send(&fixture.legacy("/topapi/role/list")));
}

#[test]
fn a_month_is_in_the_time_zone_of_the_organisation() {
    // Midnight in Shanghai after the last day of October. In London it is still October.
    const NOVEMBER: i64 = 1_761_926_400_000;
    let fixture = Fixture::with(ThrottleSettings { corp_per_month: 2, ..Default::default() });
    let calls = |at: i64| {
        fixture.server.clock.set(at);
        let (key, secret) = &fixture.server.credentials;
        let token = Request::to(Method::GET, &format!("/gettoken?appkey={key}&appsecret={secret}"));
        let token = fixture.send(&token).body["access_token"].as_str().unwrap().to_owned();
        let list = Request::to(Method::GET, &format!("/topapi/serviceaccount/list?access_token={token}"));
        [0; 3].map(|_| fixture.send(&list).body["sub_code"].clone())
    };
    let two = [Value::Null, Value::Null, json!("90020")];
    assert_eq!(calls(NOVEMBER - 1), two);
    assert_eq!(calls(NOVEMBER), two);
}

#[test]
fn concurrent_calls_of_a_month_are_counted_exactly() {
    let fixture = Fixture::with(ThrottleSettings { corp_per_month: 10, ..Default::default() });
    let passed = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| (0..5).filter(|_| fixture.send(&fixture.list()).body["errcode"] == 0).count())
            })
            .collect();
        callers.into_iter().map(|caller| caller.join().unwrap()).sum::<usize>()
    });
    assert_eq!(passed, 10);
}
