//! `kill -9` at every step of a delivery.

use std::collections::HashSet;

use serde_json::{Value, json};

use testkit::{
    program::ProgramFixture,
    receiver::{AES_KEY, Receiver, TOKEN},
    stream_client::{Answer, StreamClient},
};

fn register(fixture: &ProgramFixture, receiver: &Receiver) {
    let body = json!({
        "call_back_tag": ["user_add_org", "user_modify_org"], "token": TOKEN, "aes_key": AES_KEY, "url": receiver.url,
    });
    assert_eq!(fixture.call("/call_back/register_call_back", &body)["errcode"], 0);
}

#[test]
fn an_interrupted_event_is_sent_again_after_a_crash() {
    let mut fixture = ProgramFixture::with_variables(&[("CARILLON_DELIVERY_ANSWER_MS", "60000")]);
    let receiver = Receiver::start(&fixture.corp);
    register(&fixture, &receiver);
    receiver.hang(true);
    fixture.member("u1", 1);
    receiver.wait_for(1);
    receiver.hang(false);
    fixture.crash();
    let received = receiver.wait_for(2);
    assert_eq!(received[0], received[1], "the same event under the same id");
    assert_eq!(fixture.wait_until_delivered()[0]["state"], "delivered");
}

#[test]
fn a_committed_change_reaches_the_callback_despite_crashes() {
    let mut fixture = ProgramFixture::start();
    let receiver = Receiver::start(&fixture.corp);
    register(&fixture, &receiver);
    fixture.member("u1", 1);
    for change in 1..=8 {
        fixture.rename_member("u1", &format!("name {change}"));
        // Sometimes before the message is sent, sometimes while it is, sometimes before the outcome is recorded.
        if change % 2 == 0 {
            receiver.wait_for(change);
        }
        fixture.crash();
    }
    fixture.wait_until_delivered();
    let mut seen_ids = HashSet::new();
    let received = receiver.wait_for(9);
    let received_names: Vec<&Value> = received
        .iter()
        .filter(|event| seen_ids.insert(event["eventId"].clone()) && event["EventType"] == "user_modify_org")
        .map(|event| &event["diffInfo"]["curr"]["name"])
        .collect();
    let expected: Vec<String> = (1..=8).map(|change| format!("name {change}")).collect();
    assert_eq!(
        received_names,
        expected.iter().map(|name| json!(name)).collect::<Vec<_>>().iter().collect::<Vec<_>>()
    );
}

#[test]
fn an_unacknowledged_event_is_sent_again_after_a_crash() {
    let mut fixture = ProgramFixture::start();
    let silent = StreamClient::start(fixture.url(), &fixture.app, |_, _| Answer::Silence);
    fixture.member("u1", 1);
    let sent = silent.wait_for(1);
    fixture.crash();
    let client = StreamClient::start(fixture.url(), &fixture.app, |_, _| Answer::Done);
    let repeated = client.wait_for(1);
    assert_eq!(sent[0]["headers"]["eventId"], repeated[0]["headers"]["eventId"]);
    assert_ne!(sent[0]["headers"]["messageId"], repeated[0]["headers"]["messageId"]);
    assert_eq!(sent[0]["data"], repeated[0]["data"]);
    assert_eq!(fixture.wait_until_delivered()[0]["state"], "delivered");
}

#[test]
fn a_committed_change_reaches_the_stream_client_despite_crashes() {
    let mut fixture = ProgramFixture::start();
    let listen =
        |fixture: &ProgramFixture| StreamClient::start(fixture.url(), &fixture.app, |_, _| Answer::Done);
    let mut client = listen(&fixture);
    fixture.member("u1", 1);
    let mut frames = Vec::new();
    for change in 1..=8 {
        fixture.rename_member("u1", &format!("name {change}"));
        // Sometimes before the frame is sent, sometimes while it is, sometimes before the outcome is recorded.
        if change % 2 == 0 {
            client.wait_for(1);
        }
        fixture.crash();
        frames.extend(client.wait_for(0));
        client = listen(&fixture);
    }
    fixture.wait_until_delivered();
    frames.extend(client.wait_for(0));
    assert_eq!(names(&frames), (1..=8).map(|change| format!("name {change}")).collect::<Vec<_>>());
}

#[test]
fn a_failing_stream_client_receives_everything_in_order() {
    let retries = json!(vec![1; 40]).to_string();
    let settings =
        [("CARILLON_DELIVERY_RETRY_MS", retries.as_str()), ("CARILLON_DELIVERY_ACKNOWLEDGE_MS", "500")];
    let fixture = ProgramFixture::with_variables(&settings);
    let client = StreamClient::start(fixture.url(), &fixture.app, |_, before| match before % 15 {
        0 => Answer::Crash,
        3 => Answer::Silence,
        6 | 12 => Answer::Later,
        9 => Answer::Code(500),
        _ => Answer::Done,
    });
    fixture.member("u1", 1);
    for change in 1..=40 {
        fixture.rename_member("u1", &format!("name {change}"));
    }
    let log = fixture.wait_until_delivered();
    assert_eq!(log.len(), 41);
    assert!(log.iter().all(|event| event["state"] == "delivered"), "{log:?}");
    let frames = client.wait_for(41);
    assert_eq!(names(&frames), (1..=40).map(|change| format!("name {change}")).collect::<Vec<_>>());
    assert!(frames.len() > 41 + 41 / 3, "some were sent again: {}", frames.len());
}

/// Returns the names of a member in the order in which the client first received them.
fn names(frames: &[Value]) -> Vec<String> {
    let mut seen_ids = HashSet::new();
    let changes = frames.iter().filter(|frame| {
        seen_ids.insert(frame["headers"]["eventId"].clone())
            && frame["headers"]["eventType"] == "user_modify_org"
    });
    let name = |frame: &Value| {
        let data: Value = serde_json::from_str(frame["data"].as_str().unwrap()).unwrap();
        data["diffInfo"][0]["curr"]["name"].as_str().unwrap().to_owned()
    };
    changes.map(name).collect()
}
