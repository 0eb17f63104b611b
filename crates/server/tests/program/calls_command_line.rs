//! The journal of calls on the command line.

use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

use serde_json::{Value, json};
use testkit::program::{ProgramFixture, executable};

#[test]
fn the_command_line_lists_and_explains() {
    let fixture = ProgramFixture::start();
    let refused = fixture.call("/topapi/serviceaccount/get", &json!({ "unionid": "nothingiE" }));
    let id = refused["request_id"].as_str().unwrap();
    let corp = fixture.corp.as_str();
    let list =
        fixture.command_json(&["calls", "list", "--corp", corp, "--refused", "--caller", fixture.key()]);
    assert_eq!((&list[0]["request_id"], &list[0]["code"]), (&json!(id), &json!("800003")), "{list}");
    let first = fixture.command_json(&["calls", "list", "--corp", corp, "--limit", "1"]);
    let next = first[1]["next"].as_str().expect("more").to_owned();
    let second = fixture.command_json(&["calls", "list", "--corp", corp, "--limit", "1", "--next", &next]);
    assert_ne!(first[0]["request_id"], second[0]["request_id"]);
    let call = fixture.command_json(&["calls", "show", id, "--corp", corp]);
    assert!(call["wrong"].as_str().unwrap().contains("unionid") && call["wrong_zh"].is_string(), "{call}");
    assert!(call["now"][0].as_str().unwrap().contains("no service account"), "{call}");
    assert!(call["page"].as_str().unwrap().starts_with("0813 https://"), "{call}");
    for (arguments, reason) in [
        (vec!["calls", "list", "--corp", corp, "--operation", "serviceacount.list"], "did you mean"),
        (vec!["calls", "list", "--corp", corp, "--next", "x"], "--next"),
        (vec!["calls", "show", "nothing", "--corp", corp], "no call with this id"),
        (vec!["calls", "list", "--corp", "nobody"], "not an organisation"),
    ] {
        let output = fixture.command(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(String::from_utf8(output.stderr).unwrap().contains(reason), "{arguments:?}");
    }
}

#[test]
fn the_command_line_follows_calls() {
    let fixture = ProgramFixture::start();
    fixture.ok("/topapi/serviceaccount/list", &json!({}));
    let mut command = executable();
    command.args([
        "calls",
        "list",
        "--corp",
        &fixture.corp,
        "--caller",
        fixture.key(),
        "--limit",
        "1",
        "--follow",
        "--json",
    ]);
    let mut child = command.arg("--data").arg(fixture.data.path()).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || serde_json::from_str::<Value>(&lines.next().unwrap().unwrap()).unwrap();
    assert_eq!(next()["operation"], "serviceaccount.list", "the newest of those before");
    for operation in ["menu", "list"] {
        let path = if operation == "menu" {
            "/topapi/serviceaccount/menu/get"
        } else {
            "/topapi/serviceaccount/list"
        };
        fixture.ok(path, &json!({ "unionid": fixture.unionid }));
    }
    let followed = [next(), next()];
    let operations = followed.each_ref().map(|call| call["operation"].as_str().unwrap());
    assert_eq!(operations, ["serviceaccount.menu_get", "serviceaccount.list"]);
    child.kill().unwrap();
    child.wait().unwrap();
    // Without a server there is nothing to follow.
    let mut fixture = fixture;
    fixture.kill();
    let output = fixture.command(&["calls", "list", "--corp", &fixture.corp.clone(), "--follow"]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && error.contains("no server is running"), "{error}");
}
