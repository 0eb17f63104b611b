//! Scheduled sends through the running server: sent once, despite crashes.

use std::{collections::BTreeSet, thread, time::Duration};

use serde_json::{Value, json};

use testkit::{browser::Browser, program::ProgramFixture};

const SCHEDULE: &str = "/v1.0/carillon/message/mass/schedule";
const SENDS: usize = 40;

/// Returns the server's time in milliseconds.
fn now(fixture: &ProgramFixture) -> i64 {
    let task =
        fixture.send(&fixture.text(&format!("now {}", fixture.token.len()), &json!({ "is_to_all": true })));
    let now = fixture.progress(&task)["send_time"].as_i64().unwrap();
    fixture.recall(&task);
    now
}

fn schedule(fixture: &ProgramFixture, text: &str, time: i64) -> String {
    let mut request = fixture.text(text, &json!({ "is_to_all": true }));
    request["send_time"] = json!(time);
    fixture.ok_v1(SCHEDULE, &request)["task_id"].as_str().unwrap().to_owned()
}

fn status(fixture: &ProgramFixture, task: &str) -> i64 {
    fixture.progress(task)["status"].as_i64().unwrap()
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

/// Returns the scheduled texts in a member's inbox, which must not contain duplicates.
fn received(reader: &Browser, fixture: &ProgramFixture) -> BTreeSet<String> {
    let all = reader.conversation(&fixture.unionid);
    let each: BTreeSet<String> = all.iter().cloned().collect();
    assert_eq!(each.len(), all.len(), "no duplicates");
    each
}

#[test]
fn a_scheduled_send_is_sent_once_across_kill_9() {
    let mut fixture = ProgramFixture::with_config("[send]\ndaily_receivers_factor = 0\n");
    let mut reader = fixture.browser("reader", 1);
    let start = now(&fixture);
    // One that is due while the server is down, and many that are due together soon after.
    let single_task = schedule(&fixture, "alone", start + 200);
    let mut tasks: BTreeSet<String> =
        (0..SENDS).map(|number| schedule(&fixture, &format!("together {number}"), start + 1_500)).collect();
    let cancelled = schedule(&fixture, "called off", start + 1_500);
    fixture.ok_v1(
        "/v1.0/carillon/message/mass/cancel",
        &json!({ "unionid": fixture.unionid, "task_id": cancelled }),
    );
    let first = tasks.first().unwrap().clone();
    for round in 0..3 {
        fixture.kill();
        fixture.restart();
        reader = reader.moved_to(fixture.url());
        match round {
            0 => wait_until("the one", || status(&fixture, &single_task) == 2),
            1 => wait_until("the first of many", || status(&fixture, &first) == 2),
            _ => wait_until("all", || tasks.iter().all(|task| status(&fixture, task) == 2)),
        }
    }
    tasks.insert(single_task);
    assert_eq!(received(&reader, &fixture), tasks);
    assert_eq!(status(&fixture, &cancelled), 4);
    let request: Value = json!({ "unionid": fixture.unionid, "page_number": 1, "page_size": 100 });
    let records = fixture.ok_v1("/v1.0/exclusive/follow/message/queryMsgSendRecords", &request);
    assert_eq!(records["result"]["total_count"], tasks.len());
}
