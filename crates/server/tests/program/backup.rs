//! Backups: created while the server is running, verified, and restored.

use std::{
    fs::{self, OpenOptions},
    io::{Seek, SeekFrom, Write},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use serde_json::{Value, json};
use tempfile::TempDir;

use testkit::{
    browser::Browser,
    program::{self, PASSWORD, Program, ProgramFixture, carillon, carillon_json, without_settings},
};

const SCHEDULE: &str = "/v1.0/carillon/message/mass/schedule";

fn assert_fails(output: &Output, with: &str) {
    assert_exit(output, 1, with);
}

/// Asserts the exit code and a text on standard error.
fn assert_exit(output: &Output, code: i32, with: &str) {
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{text}");
    assert!(text.contains(with), "{text}");
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

/// Returns the names in a folder.
fn file_names(folder: &Path) -> Vec<String> {
    let mut file_names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    file_names.sort();
    file_names
}

/// Returns the server's time in milliseconds.
fn now(fixture: &ProgramFixture) -> i64 {
    let task = fixture.send(&fixture.text("now", &json!({ "is_to_all": true })));
    let now = fixture.progress(&task)["send_time"].as_i64().unwrap();
    fixture.recall(&task);
    now
}

/// Waits for a background job of the server.
fn wait_until(description: &str, mut done: impl FnMut() -> bool) {
    for _ in 0..600 {
        if done() {
            return;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("{description}: not within half a minute");
}

/// Returns the status of a send on a server other than the fixture's.
fn send_status(server: &Program, token: &str, unionid: &str, task: &str) -> i64 {
    let agent = ureq::Agent::new_with_defaults();
    let mut response = agent
        .post(format!("{}/v1.0/carillon/message/mass/progress", server.url))
        .header("x-acs-dingtalk-access-token", token)
        .send_json(json!({ "unionid": unionid, "task_id": task }))
        .unwrap();
    response.body_mut().read_json::<Value>().unwrap()["status"].as_i64().unwrap()
}

/// Copies a data folder and adds a schema step, as a newer version would have.
fn add_schema_step(from: &Path, to: &Path, step: &str) {
    let script = "import sqlite3, sys, shutil\n\
                  source, target, step = sys.argv[1:]\n\
                  shutil.copy(source + '/key', target + '/key')\n\
                  database = sqlite3.connect(target + '/carillon.db')\n\
                  sqlite3.connect(source + '/carillon.db').backup(database)\n\
                  database.execute('INSERT INTO schema_step VALUES (?, ?)', (step, ''))\n\
                  database.commit()\n";
    let status = Command::new("python3").args(["-c", script]).args([from, to]).arg(step).status();
    assert!(status.unwrap().success());
}

/// Runs a command that cannot write files of more than 64 KiB, as if the disk were full.
fn carillon_with_full_disk(data: &Path, arguments: &[&str]) -> Output {
    let script = "trap '' XFSZ; exec prlimit --fsize=65536 \"$0\" \"$@\"";
    let mut command = without_settings(Command::new("sh"));
    command.args(["-c", script]).arg(program::executable().get_program()).args(arguments);
    command.arg("--data").arg(data).output().unwrap()
}

#[test]
fn a_backup_under_load_is_restored_completely() {
    let fixture = ProgramFixture::with_config("[send]\ndaily_receivers_factor = 0\ndaily_to_user = 0\n");
    let _member = fixture.browser("member", 1);
    let texts = AtomicBool::new(true);
    let out = TempDir::new().unwrap();
    let archive = out.path().join("backup.tar.gz");
    let (before, created) = thread::scope(|scope| {
        let load =
            scope.spawn(|| {
                let mut sent = Vec::new();
                while texts.load(Ordering::Relaxed) {
                    sent.push(fixture.send(
                        &fixture.text(&format!("文{}", sent.len()), &json!({ "userid_list": "member" })),
                    ));
                }
                sent
            });
        let before = fixture.send(&fixture.text("before", &json!({ "userid_list": "member" })));
        let created = carillon_json(fixture.data.path(), &["backup", path(&archive)]);
        texts.store(false, Ordering::Relaxed);
        assert!(!load.join().unwrap().is_empty());
        (before, created)
    });
    assert_eq!((created["missing"].as_i64(), created["encrypted"].as_bool()), (Some(0), Some(false)));
    assert!(created["files"].as_i64().unwrap() > 0, "the pictures of the account: {created}");
    assert_eq!(created["bytes"].as_u64().unwrap(), archive.metadata().unwrap().len());
    assert_eq!((mode(&archive), file_names(out.path())), (0o600, vec!["backup.tar.gz".to_owned()]));
    assert_fails(&carillon(fixture.data.path(), &["backup", path(&archive)]), "already exists");

    let verified = carillon_json(fixture.data.path(), &["verify", path(&archive)]);
    assert_eq!(verified["schema"], created["schema"]);

    let restored = out.path().join("restored");
    let answer = carillon_json(&restored, &["restore", path(&archive)]);
    assert_eq!(answer["ended_sessions"].as_i64(), Some(1), "{answer}");
    assert_eq!(answer["ended_tokens"].as_i64(), Some(1), "{answer}");
    assert_eq!(answer["app_secrets_to_renew"].as_array().unwrap().len(), 1, "{answer}");
    assert_eq!((mode(&restored), mode(&restored.join("key"))), (0o700, 0o600));
    assert_fails(&carillon(&restored, &["restore", path(&archive)]), "is not empty");

    let server = Program::start(&restored);
    let member = Browser::sign_in(&server.url, "member", PASSWORD).expect("the same password");
    assert!(member.conversation(&fixture.unionid).contains(&before), "all sends before the backup");
    let (_, answer) = server.post(
        &format!("/topapi/serviceaccount/list?access_token={}", fixture.token),
        "application/json",
        b"{}",
    );
    assert_ne!(answer["errcode"], 0, "tokens from before the backup are refused: {answer}");
    let account = server.json(
        &format!("/topapi/serviceaccount/get?access_token={}", server.token(&fixture.app)),
        &json!({ "unionid": fixture.unionid }),
    );
    assert_eq!(account["errcode"], 0, "{account}");
    let avatar = account["service_account"]["avatar_media_id"].as_str().unwrap();
    assert!(server.bytes(&format!("/media/{avatar}")).starts_with(b"\x89PNG"), "uploaded files are restored");
}

#[test]
fn a_restored_server_sends_nothing_until_it_is_released() {
    let fixture = ProgramFixture::start();
    let _member = fixture.browser("member", 1);
    let mut request = fixture.text("later", &json!({ "is_to_all": true }));
    request["send_time"] = json!(now(&fixture) + 1_500);
    let out = TempDir::new().unwrap();
    let archive = out.path().join("b");
    let task = fixture.ok_v1(SCHEDULE, &request)["task_id"].as_str().unwrap().to_owned();
    carillon_json(fixture.data.path(), &["backup", path(&archive)]);
    let restored = out.path().join("restored");
    let answer = carillon_json(&restored, &["restore", path(&archive)]);
    assert_eq!(answer["held_scheduled_sends"].as_i64(), Some(1), "{answer}");
    // The first server sends it, so its time has also come for the restored one.
    wait_until("the scheduled send is sent", || fixture.progress(&task)["status"] == 2);

    let server = Program::start(&restored);
    let member = Browser::sign_in(&server.url, "member", PASSWORD).unwrap();
    let token = server.token(&fixture.app);
    let send_status = || send_status(&server, &token, &fixture.unionid, &task);
    for _ in 0..20 {
        assert_eq!(send_status(), 5, "held back");
        thread::sleep(Duration::from_millis(100));
    }
    assert!(member.conversation(&fixture.unionid).is_empty());
    assert_exit(&carillon(&restored, &["restore", "--release", "--corp", "dingnone"]), 2, "--corp");
    let released = carillon_json(&restored, &["restore", "--release"]);
    assert_eq!(released["released"].as_array().unwrap().len(), 1, "{released}");
    wait_until("the send is released", || send_status() == 2);
    assert_eq!(member.conversation(&fixture.unionid), [task]);
    let second_release = carillon_json(&restored, &["restore", "--release"]);
    assert_eq!(second_release["released"], json!([]), "nothing is held back");
}

#[test]
fn damaged_foreign_and_newer_archives_are_refused_without_a_trace() {
    let (data, _corp) = program::organisation();
    let out = TempDir::new().unwrap();
    let archive = out.path().join("b.tar.gz");
    carillon_json(data.path(), &["backup", path(&archive)]);
    let content = fs::read(&archive).unwrap();
    let target = out.path().join("restored");
    let refused = |content: &[u8], with: &str| {
        let file = out.path().join("changed");
        fs::write(&file, content).unwrap();
        assert_fails(&carillon(data.path(), &["verify", path(&file)]), with);
        assert_fails(&carillon(&target, &["restore", path(&file)]), with);
        assert_eq!(file_names(out.path()), ["b.tar.gz", "changed"], "{with}: no file is left behind");
    };
    refused(b"", "not a backup of Carillon");
    refused(b"PK\x03\x04 another zip file", "not a backup of Carillon");
    refused(&content[..content.len() / 2], "truncated or damaged");
    let mut changed = content.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 0x55;
    refused(&changed, "archive");

    // An archive of a newer version: the database has a schema step that this version does not know.
    let newer = TempDir::new().unwrap();
    add_schema_step(data.path(), newer.path(), "9999_future");
    let archive = out.path().join("b.tar.gz");
    fs::remove_file(&archive).unwrap();
    carillon_json(newer.path(), &["backup", path(&archive)]);
    let content = fs::read(&archive).unwrap();
    refused(&content, "newer version");
}

#[test]
fn an_encrypted_backup_opens_only_with_its_passphrase() {
    let (data, corp) = program::organisation();
    let out = TempDir::new().unwrap();
    let secret = |name: &str, text: &str| {
        let file = out.path().join(name);
        fs::write(&file, text).unwrap();
        path(&file).to_owned()
    };
    let (right, wrong, short) = (
        secret("right", "open sesame now\n"),
        secret("wrong", "open sesame later"),
        secret("short", "sesame"),
    );
    let archive = out.path().join("b.sealed");
    assert_exit(
        &carillon(data.path(), &["backup", path(&archive), "--passphrase-file", &short]),
        2,
        "shorter than 12",
    );
    let created = carillon_json(data.path(), &["backup", path(&archive), "--passphrase-file", &right]);
    assert_eq!(created["encrypted"], true);
    assert!(!fs::read(&archive).unwrap().windows(4).any(|bytes| bytes == b"SQLi"), "nothing is readable");
    assert_fails(&carillon(data.path(), &["verify", path(&archive)]), "--passphrase-file");
    assert_fails(
        &carillon(data.path(), &["verify", path(&archive), "--passphrase-file", &wrong]),
        "passphrase is wrong",
    );
    let restored = out.path().join("restored");
    carillon_json(&restored, &["restore", path(&archive), "--passphrase-file", &right]);
    let corps = carillon_json(&restored, &["corp", "list"]);
    assert_eq!(corps[0]["corp_id"], Value::String(corp));
    let mut file = OpenOptions::new().write(true).open(&archive).unwrap();
    file.seek(SeekFrom::End(-1)).unwrap();
    file.write_all(b"\0").unwrap();
    drop(file);
    let second_release = out.path().join("again");
    assert_fails(
        &carillon(&second_release, &["restore", path(&archive), "--passphrase-file", &right]),
        "damaged",
    );
    assert!(!second_release.exists());
}

#[test]
fn a_full_disk_fails_a_backup_and_a_restore_without_a_trace() {
    let (data, _corp) = program::organisation();
    let out = TempDir::new().unwrap();
    let archive = out.path().join("b");
    assert_fails(&carillon_with_full_disk(data.path(), &["backup", path(&archive)]), "carillon:");
    assert!(file_names(out.path()).is_empty(), "{:?}", file_names(out.path()));
    carillon_json(data.path(), &["backup", path(&archive)]);
    let restored = out.path().join("restored");
    assert_fails(&carillon_with_full_disk(&restored, &["restore", path(&archive)]), "carillon:");
    assert_eq!(file_names(out.path()), ["b"]);
}

#[test]
fn a_lost_key_is_never_replaced() {
    let (data, _corp) = program::organisation();
    fs::remove_file(data.path().join("key")).unwrap();
    assert_fails(&carillon(data.path(), &["app", "list"]), "key is missing");
    assert_fails(&carillon(data.path(), &["backup", path(&data.path().join("b"))]), "key is missing");
    assert!(!data.path().join("key").exists());
    fs::write(data.path().join("key"), "short").unwrap();
    assert_fails(&carillon(data.path(), &["app", "list"]), "key is damaged");
}

#[test]
fn only_the_owner_can_open_the_data_folder() {
    let (data, _corp) = program::organisation();
    // An earlier version created it with open permissions.
    fs::set_permissions(data.path(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(data.path().join("carillon.db"), fs::Permissions::from_mode(0o644)).unwrap();
    let server = Program::start(data.path());
    assert_eq!(mode(data.path()), 0o700);
    for name in ["carillon.db", "carillon.db-wal", "carillon.db-shm", "key", "api.sock"] {
        assert_eq!(mode(&data.path().join(name)) & 0o077, 0, "{name}");
    }
    drop(server);
}
