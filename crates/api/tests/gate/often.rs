use std::sync::atomic::Ordering;

use axum::http::Method;
use carillon_model::app::AppType;
use carillon_wire::ThrottleSettings;
use serde_json::{Value, json};

use crate::{request::Request, server::Answer, world::World};

/// What the legacy host's gateway answers.
fn wrapped(answer: &Answer, code: &str) {
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

/// What the v1.0 host's gateway answers.
fn forbidden(answer: &Answer, code: &str) {
    let body = &answer.body;
    assert_eq!(
        (answer.status, &body["code"]),
        (403, &json!(format!("Forbidden.AccessDenied.{code}"))),
        "{body}"
    );
    assert!(body["message"].is_string() && body["requestid"].is_string());
}

fn passes(answer: &Answer) {
    assert!(answer.status == 200 && matches!(&answer.body["errcode"], Value::Null | Value::Number(_)));
    assert!(answer.body["errcode"].as_i64().unwrap_or(0) == 0, "{}", answer.body);
}

#[test]
fn an_app_may_call_an_operation_so_often_a_second() {
    let world = World::with(ThrottleSettings { app_per_second: 2, ..Default::default() });
    for _ in 0..2 {
        for _ in 0..2 {
            passes(&world.send(&world.list()));
            passes(&world.send(&world.v1()));
        }
        wrapped(&world.send(&world.list()), "90018");
        forbidden(&world.send(&world.v1()), "QpsLimitForAppkeyAndApi");
        passes(&world.send(&world.legacy("/topapi/role/list")));
        world.wait(1);
    }
}

#[test]
fn all_callers_together_may_call_an_operation_so_often_a_second() {
    let world = World::with(ThrottleSettings { operation_per_second: 1, ..Default::default() });
    passes(&world.send(&world.list()));
    passes(&world.send(&world.v1()));
    let (key, secret) = &world.server.credentials;
    let token = Request::to(Method::GET, &format!("/gettoken?appkey={key}&appsecret={secret}"));
    passes(&world.send(&token));
    wrapped(&world.send(&world.list()), "90002");
    let other = Request::to(
        Method::GET,
        &format!("/topapi/serviceaccount/list?access_token={}", world.server.token_without("qyapi_base")),
    );
    wrapped(&world.send(&other), "90002");
    wrapped(&world.send(&token), "90002");
    forbidden(&world.send(&world.v1()), "QpsLimitForApi");
    world.wait(1);
    passes(&world.send(&other));
}

#[test]
fn the_codes_can_be_had_unwrapped() {
    let settings = ThrottleSettings { operation_per_second: 1, wrapped: false, ..Default::default() };
    let world = World::with(settings);
    passes(&world.send(&world.list()));
    let answer = world.send(&world.list());
    assert_eq!((answer.status, &answer.body["errcode"]), (200, &json!(90002)), "{}", answer.body);
    assert_eq!(answer.body["errmsg"], answer.body["sub_msg"]);
    // Other refusals of the gateway stay as they are.
    wrapped(&world.send(&Request::to(Method::GET, "/topapi/role/list")), "40000");
}

#[test]
fn a_call_that_is_refused_for_its_token_uses_nothing_up() {
    let world = World::with(ThrottleSettings { operation_per_second: 1, ..Default::default() });
    for _ in 0..3 {
        let wrong = Request::to(Method::GET, "/topapi/serviceaccount/list?access_token=0123456789abcdef");
        wrapped(&world.send(&wrong), "40014");
    }
    passes(&world.send(&world.list()));
}

#[test]
fn the_apps_of_an_organisation_may_call_so_often_a_month() {
    let world = World::with(ThrottleSettings { corp_per_month: 3, ..Default::default() });
    for _ in 0..2 {
        passes(&world.send(&world.list()));
        // Contacts and roles are not counted, and neither is what was refused before.
        passes(&world.send(&world.legacy("/topapi/role/list")));
        let wrong = Request::to(Method::GET, "/topapi/serviceaccount/list?access_token=0123456789abcdef");
        wrapped(&world.send(&wrong), "40014");
    }
    passes(&world.send(&world.list()));
    wrapped(&world.send(&world.list()), "90020");
    let of_a_day = Request::to(Method::GET, "/v1.0/exclusive/data/dau/org/20251008");
    let of_a_day =
        Request { token_header: Some(world.server.token_of(AppType::Internal).to_owned()), ..of_a_day };
    forbidden(&world.send(&of_a_day), "ApiCountLimitForOrg");
    // Carillon's own are free.
    passes(&world.send(&world.v1()));
    passes(&world.send(&world.legacy("/topapi/role/list")));
}

#[test]
fn a_month_is_that_of_the_organisation_s_time_zone() {
    // Midnight in Shanghai after the last day of October, where it is still October in London.
    const NOVEMBER: i64 = 1_761_926_400_000;
    let world = World::with(ThrottleSettings { corp_per_month: 2, ..Default::default() });
    let calls = |at: i64| {
        world.server.clock.store(at, Ordering::Relaxed);
        let (key, secret) = &world.server.credentials;
        let token = Request::to(Method::GET, &format!("/gettoken?appkey={key}&appsecret={secret}"));
        let token = world.send(&token).body["access_token"].as_str().unwrap().to_owned();
        let list = Request::to(Method::GET, &format!("/topapi/serviceaccount/list?access_token={token}"));
        [0; 3].map(|_| world.send(&list).body["sub_code"].clone())
    };
    let two = [Value::Null, Value::Null, json!("90020")];
    assert_eq!(calls(NOVEMBER - 1), two);
    assert_eq!(calls(NOVEMBER), two);
}

#[test]
fn a_month_is_counted_exactly_when_many_call_at_once() {
    let world = World::with(ThrottleSettings { corp_per_month: 10, ..Default::default() });
    let passed = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| (0..5).filter(|_| world.send(&world.list()).body["errcode"] == 0).count())
            })
            .collect();
        callers.into_iter().map(|caller| caller.join().unwrap()).sum::<usize>()
    });
    assert_eq!(passed, 10);
}
