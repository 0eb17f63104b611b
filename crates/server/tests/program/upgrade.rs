//! Data folders of earlier versions (`tests/fixtures`), opened by the current program.

use std::{path::PathBuf, process::Command};

use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;

use testkit::{browser::Browser, program::Program};

/// The responses that the earlier version recorded.
#[derive(Deserialize)]
struct Recorded {
    app_key: String,
    app_secret: String,
    unionid: String,
    calls: Vec<RecordedCall>,
}

#[derive(Deserialize)]
struct RecordedCall {
    method: String,
    path: String,
    body: Value,
    answer: Value,
}

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn unpack_fixture(name: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    let done = Command::new("tar")
        .arg("--extract")
        .arg("--file")
        .arg(fixture(name))
        .arg("-C")
        .arg(folder.path())
        .status();
    assert!(done.unwrap().success(), "{name} cannot be unpacked");
    folder
}

/// Removes values that differ between requests and versions: request ids, and addresses of pages.
fn comparable(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(name, _)| {
                !["request_id", "requestid", "requestId", "url", "content_url"].contains(&name.as_str())
            })
            .map(|(name, value)| (name, comparable(value)))
            .collect(),
        Value::Array(items) => items.into_iter().map(comparable).collect(),
        value => value,
    }
}

/// Returns the recorded response with the intended changes since.
fn expected_today(one: &RecordedCall) -> Value {
    if one.path == "/topapi/v2/user/get" && one.answer["errcode"] == 33_012 {
        let not_found = "找不到该用户";
        return json!({ "errcode": 60_121, "errmsg": not_found, "sub_code": "60121", "sub_msg": not_found });
    }
    let mut answer = one.answer.clone();
    if one.path == "/topapi/v2/user/get" {
        answer["result"]["avatar"] = json!("");
    }
    if one.path.ends_with("/auto-replies") {
        answer["revision"] = json!("de076ed64bcf3e55c5282a1fc31f5d65");
    }
    answer
}

fn call(server: &Program, token: &str, call: &RecordedCall) -> Value {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let url = if call.path.starts_with("/v1.0/") {
        format!("{}{}", server.url, call.path)
    } else {
        format!("{}{}?access_token={token}", server.url, call.path)
    };
    let header = "x-acs-dingtalk-access-token";
    let mut response = match call.method.as_str() {
        "GET" => agent.get(url).header(header, token).call(),
        _ => agent.post(url).header(header, token).send_json(&call.body),
    }
    .unwrap();
    comparable(response.body_mut().read_json().unwrap())
}

#[test]
fn a_folder_of_schema_step_13_gives_the_recorded_responses() {
    let folder = unpack_fixture("data-0013.tar.gz");
    let recorded: Recorded =
        serde_json::from_slice(&std::fs::read(fixture("data-0013.json")).unwrap()).unwrap();
    for start in ["after the upgrade", "once more"] {
        let server = Program::start(folder.path());
        let token = server.token(&json!({ "app_key": recorded.app_key, "app_secret": recorded.app_secret }));
        for one in &recorded.calls {
            let answer = call(&server, &token, one);
            if one.path.ends_with("/audits/query") {
                // The upgrade and the calls of this test may add to the audit trail; its old entries stay.
                let before = comparable(one.answer.clone());
                let (had, has) = (before["items"].as_array().unwrap(), answer["items"].as_array().unwrap());
                let unchanged = has.iter().filter(|entry| had.contains(entry)).count();
                assert!(unchanged >= had.len() - 10, "{start}: {unchanged} of {}", had.len());
            } else {
                assert_eq!(answer, expected_today(one), "{start}: {} {}", one.path, one.body);
            }
        }
        let member = Browser::sign_in(&server.url, "user0001", "carillon").expect("the old password");
        let conversation = member.page(&format!("/inbox/a/{}", recorded.unionid));
        assert!(conversation.contains("你好 hello wifi"), "{start}: the member's message");
        assert!(conversation.contains("少数 few"), "{start}: the send to a few");
        assert!(conversation.contains("旧文章 Old article"), "{start}: the card to all");
        assert!(!conversation.contains("撤回 recalled"), "{start}: the recalled message");
    }
}

/// The upgrade loads the old sends into memory; a limit removes them. Inbox and recall work the same.
#[test]
fn the_inbox_of_an_upgraded_folder_does_not_depend_on_memory() {
    let folder = unpack_fixture("data-0013.tar.gz");
    let recorded: Recorded =
        serde_json::from_slice(&std::fs::read(fixture("data-0013.json")).unwrap()).unwrap();
    let account = recorded.unionid.as_str();
    let app = json!({ "app_key": recorded.app_key, "app_secret": recorded.app_secret });
    let sign_in = |server: &Program| Browser::sign_in(&server.url, "user0001", "carillon").unwrap();
    let send = |server: &Program, token: &str, uuid: &str| {
        let send = json!({ "unionid": account, "msg_type": "text", "text_content": uuid, "is_to_all": true,
            "uuid": uuid });
        let path = format!("/topapi/message/mass/send?access_token={token}");
        server.json(&path, &send)["task_id"].as_str().expect("a task").to_owned()
    };
    let archived = || -> i64 {
        let database = rusqlite::Connection::open(folder.path().join("carillon.db")).unwrap();
        database.query_row("SELECT count(*) FROM archived_broadcast", [], |row| row.get(0)).unwrap()
    };

    let mut server = Program::start_with(&[("CARILLON_STORAGE_BROADCAST_DAYS", "0")], folder.path());
    let first = send(&server, &server.token(&app), "first");
    let before = sign_in(&server).conversation(account);
    assert!(before.len() > 3 && before.contains(&first), "{before:?}");
    assert_eq!(server.terminate(), Some(0));
    assert_eq!(archived(), 0);

    let mut server = Program::start_with(&[("CARILLON_STORAGE_BROADCASTS", "1")], folder.path());
    let token = server.token(&app);
    // Each send moves the window, in addition to the job.
    let second = send(&server, &token, "second");
    let member = sign_in(&server);
    let row = member.row(account).unwrap();
    assert_eq!((row.summary.as_str(), row.unread), ("second", 1));
    let mut expected = before.clone();
    expected.push(second.clone());
    assert_eq!(member.conversation(account), expected);
    assert!(member.message(account, &first).is_some());
    let recall = json!({ "unionid": account, "task_id": first });
    server.json(&format!("/topapi/message/mass/recall?access_token={token}"), &recall);
    expected.retain(|task| *task != first);
    assert_eq!(member.conversation(account), expected);
    assert!(member.message(account, &first).is_none());
    assert_eq!(server.terminate(), Some(0));
    assert!(archived() > 0);

    let server = Program::start_with(&[("CARILLON_STORAGE_BROADCASTS", "1")], folder.path());
    assert_eq!(sign_in(&server).conversation(account), expected, "after a restart");
}
