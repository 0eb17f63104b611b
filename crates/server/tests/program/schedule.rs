//! Sends for later through the running server: sent once, whatever happens to the server in between.

use std::{collections::BTreeSet, thread, time::Duration};

use serde_json::{Value, json};

use testkit::{browser::Browser, program::ProgramFixture};

const SCHEDULE: &str = "/v1.0/carillon/message/mass/schedule";
const SENDS: usize = 40;

/// The server's own time, in ms.
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

/// Waits for something that the server does on its own time.
fn until(what: &str, mut done: impl FnMut() -> bool) {
    for _ in 0..600 {
        if done() {
            return;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("{what}: not within half a minute");
}

/// What of these a member has, each once.
fn received(reader: &Browser, fixture: &ProgramFixture) -> BTreeSet<String> {
    let all = reader.conversation(&fixture.unionid);
    let each: BTreeSet<String> = all.iter().cloned().collect();
    assert_eq!(each.len(), all.len(), "nothing comes twice");
    each
}

#[test]
fn a_send_for_later_is_sent_once_across_kill_9() {
    let mut fixture = ProgramFixture::with_config("[send]\ndaily_receivers_factor = 0\n");
    let mut reader = fixture.browser("reader", 1);
    let start = now(&fixture);
    // One that comes due while the server is gone, and many that come due together soon after.
    let alone = schedule(&fixture, "alone", start + 200);
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
            0 => until("the one", || status(&fixture, &alone) == 2),
            1 => until("the first of many", || status(&fixture, &first) == 2),
            _ => until("all", || tasks.iter().all(|task| status(&fixture, task) == 2)),
        }
    }
    tasks.insert(alone);
    assert_eq!(received(&reader, &fixture), tasks);
    assert_eq!(status(&fixture, &cancelled), 4);
    let request: Value = json!({ "unionid": fixture.unionid, "page_number": 1, "page_size": 100 });
    let records = fixture.ok_v1("/v1.0/exclusive/follow/message/queryMsgSendRecords", &request);
    assert_eq!(records["result"]["total_count"], tasks.len());
}
