//! The command line.

use serde_json::{Value, json};

use testkit::program::{MANAGE, Program, app, carillon, carillon_json, organisation};

#[test]
fn the_command_line_works_with_and_without_a_server() {
    let (data, _) = organisation();
    let server = Program::start(data.path());
    assert_eq!(server.get("/healthz"), "ok");
    assert_eq!(server.get_json("/readyz")["ready"], true);
    assert!(server.get("/metrics").contains("carillon_operation"));
    let document: Value = serde_json::from_str(&server.get("/openapi.json")).unwrap();
    assert_eq!(document["openapi"], "3.1.0");

    let with_server = carillon(data.path(), &["corp", "list", "--json"]);
    assert_eq!(with_server.status.code(), Some(0), "the running server executes the command");
    let second = carillon(data.path(), &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(second.status.code(), Some(1), "one server per data folder");
    assert!(String::from_utf8_lossy(&second.stderr).contains("another carillon uses the data folder"));
    assert_eq!(carillon(data.path(), &["nonsense"]).status.code(), Some(2));
}

#[test]
fn permissions_change_while_the_server_is_running() {
    let (data, corp) = organisation();
    let main = app(data.path(), &corp, "internal", "qyapi_base");
    let key = main["app_key"].as_str().unwrap();
    let server = Program::start(data.path());
    let path = format!("/topapi/serviceaccount/list?access_token={}", server.token(&main));
    let refused = |is: bool| assert_eq!(server.json(&path, &json!({}))["errcode"] == 88, is);
    refused(true);
    let granted = carillon_json(data.path(), &["app", "grant", key, MANAGE]);
    assert_eq!(granted["grants"], json!(["qyapi_base", MANAGE]));
    refused(false);
    assert_eq!(carillon_json(data.path(), &["app", "list"]), json!([granted]));
    let revoked = carillon_json(data.path(), &["app", "revoke", key, MANAGE]);
    assert_eq!(revoked["grants"], json!(["qyapi_base"]));
    refused(true);

    let another =
        carillon_json(data.path(), &["app", "create", "--corp", &corp, "--name", "b", "--type", "personal"]);
    assert_eq!((&another["type"], another["app_secret"].is_string()), (&json!("personal"), true));
    carillon_json(data.path(), &["app", "reset-secret", key]);
    let bare =
        server.get(&format!("/gettoken?appkey={key}&appsecret={}", main["app_secret"].as_str().unwrap()));
    assert!(bare.contains("40096"), "the old secret ends at once: {bare}");
    let unknown = carillon(data.path(), &["app", "grant", "dingnone", MANAGE]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("is not an app of this data folder"));
}

/// The allocator reads its options before `main`, so the server replaces its process by itself with the options set.
#[test]
fn the_server_restarts_with_allocator_options_unless_they_are_set() {
    let (data, _) = organisation();
    let options = |server: &Program| {
        let environment = std::fs::read(format!("/proc/{}/environ", server.id())).unwrap();
        let environment = String::from_utf8_lossy(&environment);
        let mut options: Vec<String> = environment
            .split('\0')
            .filter_map(|variable| variable.strip_prefix("MIMALLOC_"))
            .map(str::to_owned)
            .collect();
        options.sort();
        options
    };
    let server = Program::start(data.path());
    assert_eq!(options(&server), ["ALLOW_THP=0", "ARENA_EAGER_COMMIT=0", "PURGE_DELAY=10"]);
    drop(server);
    let server = Program::start_with(&[("MIMALLOC_PURGE_DELAY", "1000")], data.path());
    assert_eq!(options(&server), ["PURGE_DELAY=1000"]);
    assert_eq!(server.get("/healthz"), "ok");
}
