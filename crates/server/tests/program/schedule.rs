//! Sends for later through the running server: sent once, whatever happens to the server in between.

use std::{collections::BTreeSet, thread, time::Duration};

use serde_json::{Value, json};

use crate::{browser::Browser, company::Company};

const SCHEDULE: &str = "/v1.0/carillon/message/mass/schedule";
const SENDS: usize = 40;

/// The server's own time, in ms.
fn now(company: &Company) -> i64 {
    let task =
        company.send(&company.text(&format!("now {}", company.token.len()), &json!({ "is_to_all": true })));
    let now = company.progress(&task)["send_time"].as_i64().unwrap();
    company.recall(&task);
    now
}

fn schedule(company: &Company, text: &str, time: i64) -> String {
    let mut request = company.text(text, &json!({ "is_to_all": true }));
    request["send_time"] = json!(time);
    company.ok_v1(SCHEDULE, &request)["task_id"].as_str().unwrap().to_owned()
}

fn status(company: &Company, task: &str) -> i64 {
    company.progress(task)["status"].as_i64().unwrap()
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
fn received(reader: &Browser, company: &Company) -> BTreeSet<String> {
    let all = reader.conversation(&company.unionid);
    let each: BTreeSet<String> = all.iter().cloned().collect();
    assert_eq!(each.len(), all.len(), "nothing comes twice");
    each
}

#[test]
fn a_send_for_later_is_sent_once_across_kill_9() {
    let mut company = Company::with("[send]\ndaily_receivers_factor = 0\n");
    let mut reader = company.browser("reader", 1);
    let start = now(&company);
    // One that comes due while the server is gone, and many that come due together soon after.
    let alone = schedule(&company, "alone", start + 200);
    let mut tasks: BTreeSet<String> =
        (0..SENDS).map(|number| schedule(&company, &format!("together {number}"), start + 1_500)).collect();
    let cancelled = schedule(&company, "called off", start + 1_500);
    company.ok_v1(
        "/v1.0/carillon/message/mass/cancel",
        &json!({ "unionid": company.unionid, "task_id": cancelled }),
    );
    let first = tasks.first().unwrap().clone();
    for round in 0..3 {
        company.crash();
        company.restart();
        reader = reader.moved_to(&company.server().url);
        match round {
            0 => until("the one", || status(&company, &alone) == 2),
            1 => until("the first of many", || status(&company, &first) == 2),
            _ => until("all", || tasks.iter().all(|task| status(&company, task) == 2)),
        }
    }
    tasks.insert(alone);
    assert_eq!(received(&reader, &company), tasks);
    assert_eq!(status(&company, &cancelled), 4);
    let request: Value = json!({ "unionid": company.unionid, "page_number": 1, "page_size": 100 });
    let records = company.ok_v1("/v1.0/exclusive/follow/message/queryMsgSendRecords", &request);
    assert_eq!(records["result"]["total_count"], tasks.len());
}
