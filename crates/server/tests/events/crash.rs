//! `kill -9` at every step of a delivery.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::{
    program::Program,
    receiver::{AES_KEY, Receiver, TOKEN},
};

fn register(program: &Program, receiver: &Receiver) {
    let body = json!({
        "call_back_tag": ["user_add_org", "user_modify_org"], "token": TOKEN, "aes_key": AES_KEY, "url": receiver.url,
    });
    assert_eq!(program.call("/call_back/register_call_back", &body)["errcode"], 0);
}

#[test]
fn an_event_in_the_middle_of_an_attempt_comes_again_after_a_crash() {
    let mut program = Program::start(&[("CARILLON_DELIVERY_ANSWER_MS", "60000")]);
    let receiver = Receiver::start(&program.corp);
    register(&program, &receiver);
    receiver.hang(true);
    program.add_member("u1");
    receiver.have(1);
    receiver.hang(false);
    program.crash();
    let received = receiver.have(2);
    assert_eq!(received[0], received[1], "the same event under the same id");
    assert_eq!(program.settled()[0]["state"], "delivered");
}

#[test]
fn an_answered_change_is_told_whenever_the_server_is_killed() {
    let mut program = Program::start(&[]);
    let receiver = Receiver::start(&program.corp);
    register(&program, &receiver);
    program.add_member("u1");
    for change in 1..=8 {
        program.rename_member("u1", &format!("name {change}"));
        // Sometimes before the message is sent, sometimes while it is, sometimes before its answer is written down.
        if change % 2 == 0 {
            receiver.have(change);
        }
        program.crash();
    }
    program.settled();
    let mut seen = HashSet::new();
    let received = receiver.have(9);
    let told: Vec<&Value> = received
        .iter()
        .filter(|event| seen.insert(event["eventId"].clone()) && event["EventType"] == "user_modify_org")
        .map(|event| &event["diffInfo"]["curr"]["name"])
        .collect();
    let expected: Vec<String> = (1..=8).map(|change| format!("name {change}")).collect();
    assert_eq!(told, expected.iter().map(|name| json!(name)).collect::<Vec<_>>().iter().collect::<Vec<_>>());
}
