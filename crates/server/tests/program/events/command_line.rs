//! `carillon subscription`.

use serde_json::json;

use testkit::{
    program::{ProgramFixture, executable},
    receiver::{AES_KEY, Receiver, TOKEN},
};

#[test]
fn an_administrator_sets_the_subscription_of_an_app() {
    let mut fixture = ProgramFixture::start();
    let key = fixture.key().to_owned();
    // If the administrator sets it, messages are encrypted for the app and not for the organisation.
    let receiver = Receiver::start(&key);
    let http = ["--url", &receiver.url, "--token", TOKEN, "--aes-key", AES_KEY];
    let set = |fixture: &ProgramFixture, more: &[&str]| {
        fixture.command(&[&["subscription", "set", &key], more].concat())
    };
    let stderr_of = |code: i32, output: std::process::Output| {
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{stderr}");
        stderr
    };
    // Usage errors, and errors that a retry may fix.
    let refused = |output| stderr_of(2, output);
    let failed = |output| stderr_of(1, output);

    assert_eq!(fixture.command_json(&["subscription", "list"]), json!([]));
    let expected = json!({
        "corp_id": fixture.corp, "app_key": key, "events": ["user_*", "org_dept_{create,remove}"],
        "push": "http", "url": receiver.url,
    });
    let done = set(&fixture, &[&["--events", "user_* org_dept_{create,remove}"], http.as_slice()].concat());
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(fixture.command_json(&["subscription", "list"]), json!([expected]), "no secret is shown");
    assert_eq!(receiver.handshakes(), 1);
    fixture.member("u1", 1);
    assert_eq!(receiver.wait_for(1)[0]["userId"], json!(["u1"]));

    // The same without a running server.
    fixture.kill();
    assert!(set(&fixture, &http).status.success());
    assert_eq!(receiver.handshakes(), 2);
    assert_eq!(fixture.command_json(&["subscription", "list"])[0]["events"], json!(["*"]));
    let forbidden = ["--url", "http://10.0.0.1/", "--token", TOKEN, "--aes-key", AES_KEY];
    assert!(refused(set(&fixture, &forbidden)).contains("[delivery] allow"));
    assert!(
        failed(set(&fixture, &["--url", "http://127.0.0.1:1/", "--token", TOKEN, "--aes-key", AES_KEY]))
            .contains("cannot be reached")
    );
    assert!(
        refused(set(&fixture, &["--url", &receiver.url, "--token", "t", "--aes-key", AES_KEY]))
            .contains("token must have 6 to 63")
    );
    assert!(
        refused(set(&fixture, &["--url", &receiver.url, "--token", TOKEN, "--aes-key", "k"]))
            .contains("43 letters and digits")
    );
    assert!(refused(set(&fixture, &["--events", "{user"])).contains("{user"));
    let error = refused(set(&fixture, &["--events", "nothing_like_it"]));
    assert!(error.contains("--events") && error.contains("matches no event"), "{error}");
    assert_eq!(
        set(&fixture, &["--url", &receiver.url]).status.code(),
        Some(2),
        "an address without its secrets"
    );
    assert!(refused(fixture.command(&["subscription", "set", "dingnobody"])).contains("is not an app"));

    assert!(set(&fixture, &["--events", "user_add_org"]).status.success());
    assert_eq!(fixture.command_json(&["subscription", "list"])[0]["push"], "stream");
    fixture.command_json(&["subscription", "delete", &key]);
    assert_eq!(fixture.command_json(&["subscription", "list"]), json!([]));
    assert!(failed(fixture.command(&["subscription", "delete", &key])).contains("has no subscription"));
}

#[test]
fn an_invalid_range_is_refused_at_the_start() {
    let data = tempfile::TempDir::new().unwrap();
    let output = executable()
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data.path())
        .env("CARILLON_DELIVERY_ALLOW", r#"["everywhere"]"#)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(stderr.contains("everywhere") && stderr.contains("10.0.0.0/8"), "{stderr}");
}
