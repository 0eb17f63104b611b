//! Callers of operations: apps by their token, and users with access to the data folder by its socket.

use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};
use testkit::program::{ProgramFixture, carillon_json};

const GROUPS: &str = "/v1.0/carillon/groups/create";
const AUDITS: &str = "/v1.0/carillon/audits/query";

/// Calls an operation on the public listener without a token.
fn public_call(fixture: &ProgramFixture, path: &str, headers: &[(&str, &str)], body: &Value) -> (u16, Value) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut request = agent.post(format!("{}{path}", fixture.url()));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut response = request.send_json(body).unwrap();
    (response.status().as_u16(), response.body_mut().read_json().unwrap())
}

#[test]
fn the_local_socket_gives_access_to_carillons_own_operations() {
    let fixture = ProgramFixture::start();
    fixture.member("zhang", 1);
    let socket = std::fs::metadata(fixture.data.path().join("api.sock")).unwrap();
    assert_eq!(socket.permissions().mode() & 0o777, 0o600);
    let (status, answer) = fixture.local(AUDITS, "", &json!({}));
    assert_eq!(status, 200, "{answer}");
    // The fixture's app lacks the permission; this caller does not need it.
    assert_eq!(fixture.call_v1(AUDITS, &[], &json!({})).0, 403);

    let group = json!({ "title": "本地群", "groupType": 3, "ownerUserId": "zhang" });
    let (status, answer) = fixture.local(GROUPS, "", &group);
    assert_eq!(status, 200, "{answer}");
    let (_, trail) = fixture.local(AUDITS, "", &json!({}));
    let trail = trail.to_string();
    assert!(trail.contains("command_line") && trail.contains("carillon.group"), "{trail}");

    // With several organisations, the caller must name an existing one.
    carillon_json(fixture.data.path(), &["corp", "create", "--name", "第二个"]);
    assert_eq!(fixture.local(AUDITS, "", &json!({})).0, 400);
    let named = format!("x-carillon-corp: {}\r\n", fixture.corp);
    assert_eq!(fixture.local(AUDITS, &named, &json!({})).0, 200);
    assert_eq!(fixture.local(AUDITS, "x-carillon-corp: dingnobody\r\n", &json!({})).0, 400);
}

#[test]
fn other_callers_are_refused() {
    let fixture = ProgramFixture::start();
    // Operations for apps need a token, also on the socket.
    let (status, answer) = fixture.local("/v1.0/carillon/event/delivery/list", "", &json!({}));
    assert_eq!((status, &answer["code"]), (400, &json!("AuthenticationFailed.MissingParameter")), "{answer}");
    let (_, answer) = fixture.local("/topapi/serviceaccount/list", "", &json!({}));
    assert_eq!(answer["sub_code"], "40000", "{answer}");

    // A request on the public listener is never local, whatever its headers say.
    let headers = [("x-carillon-corp", fixture.corp.as_str()), ("x-forwarded-for", "127.0.0.1")];
    let (status, answer) = public_call(&fixture, AUDITS, &headers, &json!({}));
    assert_eq!((status, &answer["code"]), (400, &json!("AuthenticationFailed.MissingParameter")), "{answer}");

    // A member's session does not authorise these operations.
    fixture.member_with_password("zhang", 1);
    let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
    let agent: ureq::Agent = config.build().into();
    let form = [("userid", "zhang"), ("password", "钟声 carillon")];
    let signed_in = agent.post(format!("{}/sign-in", fixture.url())).send_form(form).unwrap();
    let cookie = signed_in.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let (status, answer) = public_call(&fixture, AUDITS, &[("cookie", &cookie)], &json!({}));
    assert_eq!((status, &answer["code"]), (400, &json!("AuthenticationFailed.MissingParameter")), "{answer}");
}
