//! The form of the reference with which operations are tried, on a started server.

use serde_json::{Value, json};
use testkit::{
    browser::Browser,
    program::{PASSWORD, ProgramFixture},
};

use crate::console::operator;

const LIST: &str = "/reference/serviceaccount.list";
const CONFIRM: &str = "/console/confirm";
const TRY: &str = "/v1.0/carillon/calls/try";

/// Posts JSON with the session of a browser.
fn post(browser: &Browser, path: &str, fields: &Value) -> (u16, Value) {
    let (address, cookie) = browser.connection();
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let request = agent.post(format!("http://{address}{path}")).header("cookie", cookie);
    let mut answer = request.content_type("application/json").send(fields.to_string()).unwrap();
    (answer.status().as_u16(), answer.body_mut().read_json().unwrap())
}

#[test]
fn the_form_has_the_declared_fields_and_names_who_may_send_it() {
    let fixture = ProgramFixture::start();
    let visitor = fixture.program().get("/reference/mass.send_legacy");
    for part in [
        "data-field=\"unionid\" data-kind=\"text\"",
        "maxlength=\"128\" required",
        "data-field=\"userid_list\" data-kind=\"list\"",
        "data-max=\"1000\"",
        "data-field=\"msg_body\" data-kind=\"object\"",
        "<option value=\"&#34;action_card&#34;\">action_card</option>",
        "data-token=\"yes\"",
        "/sign-in?next=%2Freference%2Fmass.send_legacy",
    ] {
        assert!(visitor.contains(part), "{part}");
    }
    assert!(!visitor.contains("data-answer") && !visitor.contains("name=\"app\""));
    let member = fixture.browser("member", 1).page(LIST);
    assert!(member.contains("试用接口需要开发者角色") && !member.contains("name=\"app\""));
    let developer = operator(&fixture, "developer", "developer").page(LIST);
    assert!(developer.contains("name=\"app\"") && developer.contains("只有所有者可以试用"));
    let owner = operator(&fixture, "owner", "owner").page(LIST);
    assert!(owner.contains("name=\"app\"") && !owner.contains("只有所有者可以试用"));
    // What was typed for an operation elsewhere has no form: nobody can send it from a file.
    let markdown = fixture.program().get("/reference/mass.send_legacy.md");
    assert!(markdown.contains("`send.max_receivers` = 100000") && !markdown.contains("try-request"));
}

#[test]
fn the_password_is_confirmed_once_for_ten_minutes() {
    let fixture = ProgramFixture::start();
    let owner = operator(&fixture, "owner", "owner");
    for password in ["", "wrong"] {
        assert_eq!(owner.submit(CONFIRM, &[("password", password)]).0, 403, "{password}");
    }
    assert_eq!(owner.submit(CONFIRM, &[("password", PASSWORD)]).0, 204);
    assert_eq!(owner.submit(CONFIRM, &[("password", "")]).0, 204, "it counts for some minutes");
    for headers in [&[("origin", "https://elsewhere.example")][..], &[("sec-fetch-site", "cross-site")]] {
        assert_eq!(owner.request("POST", CONFIRM, headers), 403);
    }
    let member = fixture.browser("member", 1);
    assert_eq!(member.submit(CONFIRM, &[("password", PASSWORD)]).0, 403, "only operators have a console");
    assert_eq!(fixture.program().post(TRY, "application/json", b"{}").0, 400);
}

#[test]
fn a_call_comes_from_the_address_of_the_operator() {
    let fixture = ProgramFixture::start();
    let owner = operator(&fixture, "owner", "owner");
    let apps = fixture.command_json(&["app", "list"]);
    let app = apps.as_array().unwrap().iter().find(|app| !app["grants"].as_array().unwrap().is_empty());
    let request = json!({ "operation": "serviceaccount.list", "appKey": app.unwrap()["app_key"] });
    let (status, answer) = post(&owner, TRY, &request);
    assert_eq!(status, 200, "{answer}");
    let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    assert_eq!(body["errcode"], 0, "{body}");
    let call = post(&owner, "/v1.0/carillon/calls/get", &json!({ "requestId": answer["requestId"] })).1;
    assert_eq!(call["call"]["address"], "loopback", "{call}");
}
