//! Callers of operations: apps by their token, operators by their session, and users with access to the data folder by its socket.

use std::{
    io::{Read, Write},
    os::unix::{fs::PermissionsExt, net::UnixListener},
    process::Output,
};

use serde_json::{Value, json};
use testkit::program::{ProgramFixture, carillon, carillon_json, organisation};

const GROUPS: &str = "/v1.0/carillon/groups/create";
const AUDITS: &str = "/v1.0/carillon/audits/query";
/// The commands of the command line.
const COMMANDS: &str = "/internal/commands";

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
    let (status, answer) = fixture.local("/v1.0/carillon/message/mass/schedule", "", &json!({}));
    assert_eq!((status, &answer["code"]), (400, &json!("AuthenticationFailed.MissingParameter")), "{answer}");
    let (_, answer) = fixture.local("/topapi/serviceaccount/list", "", &json!({}));
    assert_eq!(answer["sub_code"], "40000", "{answer}");

    // A request on the public listener is never local, whatever its headers say.
    let headers = [("x-carillon-corp", fixture.corp.as_str()), ("x-forwarded-for", "127.0.0.1")];
    let (status, answer) = public_call(&fixture, AUDITS, &headers, &json!({}));
    assert_eq!((status, &answer["code"]), (400, &json!("AuthenticationFailed.MissingParameter")), "{answer}");

    // A member's session does not authorise these operations without a role.
    let member = fixture.browser("zhang", 1);
    let (status, answer) = public_call(&fixture, AUDITS, &[("cookie", member.cookie())], &json!({}));
    let expected = (403, &json!("Forbidden.AccessDenied.OperatorRoleDenied"));
    assert_eq!((status, &answer["code"]), expected, "{answer}");
    let (status, answer) =
        public_call(&fixture, "/v1.0/carillon/facts", &[("cookie", member.cookie())], &json!({}));
    assert_eq!((status, &answer["code"]), (400, &json!("AuthenticationFailed.MissingParameter")), "{answer}");
}

#[test]
fn operators_call_by_their_session() {
    let fixture = ProgramFixture::start();
    let operator = fixture.browser("zhang", 1);
    let corp = &fixture.corp;
    fixture.command_json(&[
        "operator", "add", "zhang", "--corp", corp, "--role", "auditor", "--role", "members",
    ]);
    let cookie = ("cookie", operator.cookie());
    let group = json!({ "title": "运营群", "groupType": 3, "ownerUserId": "zhang" });
    let (status, answer) = public_call(&fixture, GROUPS, &[cookie], &group);
    assert_eq!(status, 200, "{answer}");
    let (status, trail) =
        public_call(&fixture, AUDITS, &[cookie], &json!({ "action": "carillon.group_create" }));
    assert_eq!(status, 200, "{trail}");
    assert_eq!(
        (&trail["items"][0]["actorType"], &trail["items"][0]["actorId"]),
        (&json!("member"), &json!("zhang"))
    );

    let own = fixture.url().to_owned();
    assert_eq!(public_call(&fixture, AUDITS, &[cookie, ("origin", &own)], &json!({})).0, 200);
    let other = ("origin", "https://page.example");
    let (status, answer) = public_call(&fixture, AUDITS, &[cookie, other], &json!({}));
    assert_eq!((status, &answer["code"]), (400, &json!("AuthenticationFailed.MissingParameter")), "{answer}");
    let cancel = json!({ "unionid": fixture.unionid, "task_id": "x" });
    let (status, answer) = public_call(&fixture, "/v1.0/carillon/message/mass/cancel", &[cookie], &cancel);
    assert_eq!((status, &answer["accessdenieddetail"]["requiredRoles"]), (403, &json!(["owner", "sender"])));

    // What changes about the member counts at once.
    fixture.command(&["operator", "remove", "zhang", "--corp", corp]);
    assert_eq!(public_call(&fixture, AUDITS, &[cookie], &json!({})).0, 403);
    fixture.command(&["operator", "add", "zhang", "--corp", corp, "--role", "owner"]);
    assert_eq!(public_call(&fixture, AUDITS, &[cookie], &json!({})).0, 200);
    assert_eq!(operator.submit("/sign-out", &[]).0, 303);
    assert_eq!(public_call(&fixture, AUDITS, &[cookie], &json!({})).0, 400);
}

#[test]
fn only_the_local_socket_takes_commands() {
    let fixture = ProgramFixture::start();
    let list = json!({ "App": "List" });
    let (status, apps) = fixture.local(COMMANDS, "", &list);
    assert_eq!((status, &apps[0]["app_key"]), (200, &json!(fixture.key())), "{apps}");
    let (_, refused) = public_call(&fixture, COMMANDS, &[], &list);
    assert_eq!(refused["errcode"], 22, "as any path that nothing serves: {refused}");

    // A mistake in the command, a failure, and what is no command of this version.
    for (command, status, text) in [
        (json!({ "App": { "Revoke": { "app_key": "none", "permissions": [] } } }), 400, "is not an app"),
        (json!({ "Subscription": { "Delete": { "app_key": fixture.key() } } }), 500, "has no subscription"),
        (json!({ "Future": {} }), 422, "no command of this version"),
    ] {
        let answer = fixture.local_text(COMMANDS, "", &command.to_string());
        assert!(answer.0 == status && answer.1.contains(text), "{command} {answer:?}");
    }
    let padded = |bytes: usize| {
        let list = list.to_string();
        format!("{list}{}", " ".repeat(bytes - list.len()))
    };
    assert_eq!(fixture.local_text(COMMANDS, "", &padded(1 << 20)).0, 200);
    assert_eq!(fixture.local_text(COMMANDS, "", &padded((1 << 20) + 1)).0, 413);
}

/// The error of a command when what listens on the socket does something else.
fn with_other_server(answer: &'static [u8]) -> Output {
    let (data, _) = organisation();
    let listener = UnixListener::bind(data.path().join("api.sock")).unwrap();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]).unwrap();
        stream.write_all(answer).unwrap();
    });
    let output = carillon(data.path(), &["app", "list"]);
    server.join().unwrap();
    output
}

#[test]
fn a_server_of_another_version_or_one_that_ends_is_named() {
    for (answer, expected) in [
        (&b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"[..], "of another version: restart it"),
        (b"HTTP/1.1 422 Unprocessable Entity\r\ncontent-length: 0\r\n\r\n", "of another version: restart it"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nno doc", "of another version: restart it"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n[", "the server ended before it answered"),
        (b"{}\n", "the server ended before it answered"),
        (b"", "the server ended before it answered"),
    ] {
        let output = with_other_server(answer);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(1) && error.contains(expected), "{expected}: {error}");
    }
}
