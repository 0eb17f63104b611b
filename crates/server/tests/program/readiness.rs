//! `/readyz` on a full disk.

use std::{path::Path, process::Command, time::Instant};

use rusqlite::Connection;
use serde_json::{Value, json};

use testkit::program::{Program, organisation};

/// Returns the status and the report.
fn readiness(server: &Program) -> (u16, Value) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut response = agent.get(format!("{}/readyz", server.url)).call().unwrap();
    (response.status().as_u16(), response.body_mut().read_json().unwrap())
}

/// Limits the size of the server's files.
fn limit_files(server: &Program, bytes: &str) {
    let done = Command::new("prlimit")
        .args(["--pid", &server.id().to_string(), &format!("--fsize={bytes}:unlimited")])
        .status()
        .unwrap();
    assert!(done.success());
}

/// Returns the number of writes by readiness probes.
fn probes(data: &Path) -> i64 {
    let connection = Connection::open(data.join("carillon.db")).unwrap();
    let sql = "SELECT coalesce(max(value), 0) FROM counter WHERE name = 'probe'";
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// Polls until the status changes. The last report may be repeated for a second.
fn wait_for_status(server: &Program, expected: u16) -> Value {
    for _ in 0..600 {
        let (status, report) = readiness(server);
        if status == expected {
            return report;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("not {expected} within half a minute");
}

#[test]
fn a_full_disk_is_not_ready_and_recovers() {
    let (data, _) = organisation();
    let server = Program::start(data.path());
    let (status, report) = readiness(&server);
    let ready = json!({
        "ready": true, "store": "ready", "jobs": "ready", "delivery": "ready", "local_requests": "ready",
    });
    assert_eq!((status, &report), (200, &ready));
    for _ in 0..2 {
        limit_files(&server, "1");
        let report = wait_for_status(&server, 503);
        assert_eq!((&report["ready"], &report["store"]), (&json!(false), &json!("cannot be written to")));
        assert_eq!((&report["jobs"], &report["delivery"]), (&json!("ready"), &json!("ready")));
        // Requests that do not write still work.
        assert_eq!(server.get("/healthz"), "ok");
        assert!(server.get("/sign-in").contains("<form"));
        limit_files(&server, "unlimited");
        assert_eq!(wait_for_status(&server, 200)["store"], "ready");
    }
}

#[test]
fn readiness_writes_at_most_once_a_second() {
    let (data, _) = organisation();
    let server = Program::start(data.path());
    let (started, before) = (Instant::now(), probes(data.path()));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..50).for_each(|_| assert_eq!(readiness(&server).0, 200)));
        }
    });
    let written = probes(data.path()) - before;
    let seconds = i64::try_from(started.elapsed().as_secs()).unwrap();
    assert!((1..=seconds + 1).contains(&written), "{written} in {seconds} s");
}
