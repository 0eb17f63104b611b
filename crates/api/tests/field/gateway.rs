//! Texts that programs search for what to do next.

use carillon_wire::ThrottleSettings;
use serde_json::json;

use crate::gate::fixture::Fixture;

#[test]
fn a_refused_address_is_named() {
    let fixture = Fixture::allowing(ThrottleSettings::default(), |key| json!({ key: ["203.0.113.7"] }));
    let tail = format!("访问ip不在白名单之中,request ip=127.0.0.1 appKey({})", fixture.server.credentials.0);
    let wrapped = fixture.send(&fixture.list()).body;
    assert_eq!((&wrapped["sub_code"], &wrapped["sub_msg"]), (&json!("60020"), &json!(tail)));
    assert_eq!(wrapped["errmsg"], format!("ding talk error[subcode=60020,submsg={tail}]"));
    let v1 = fixture.send(&fixture.v1());
    assert_eq!((v1.status, &v1.body["message"]), (403, &json!(tail)));
}

#[test]
fn a_refusal_for_calling_too_often_says_of_what_and_until_when() {
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
        // What is older than the gateway has no name, and its path stands for it.
        let older = refused(fixture.legacy("/call_back/get_call_back"));
        assert_eq!(
            (&older["sub_code"], &older["sub_msg"]),
            (&json!(code), &text("/call_back/get_call_back"))
        );
        assert_eq!(refused(fixture.v1())["message"], text("/v1.0/carillon/audits/query"));
    }
}
