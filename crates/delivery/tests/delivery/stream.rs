//! Stream connections.

use carillon_domain::app;
use carillon_model::{
    event::{AccountMessage, AccountMessageContent, Channel, DeliveryState, EventData},
    id::{AccountId, UserId},
    settings::DeliverySettings,
    time::Timestamp,
};
use serde_json::{Value, json};

use crate::{
    fixture::{Fixture, fast_settings},
    stream_client::{Client, ticket},
};

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_a_frame_of_strings_and_delivered_once_acknowledged() {
    let fixture = Fixture::start(fast_settings()).await;
    let mut client = Client::connect(&fixture).await;
    fixture.raise("u1").await;
    let frame = client.event().await;
    let log = fixture.log(&fixture.app).await;
    let event = &log[0].event;
    assert_eq!(event.state, DeliveryState::Waiting, "it is not delivered before the acknowledgement");
    let headers = &frame["headers"];
    assert!(headers.as_object().unwrap().values().all(Value::is_string), "{headers}");
    assert_eq!((&frame["specVersion"], &frame["type"]), (&json!("1.0"), &json!("EVENT")));
    for (name, value) in [
        ("topic", "*".to_owned()),
        ("contentType", "application/json".to_owned()),
        ("eventType", "user_add_org".to_owned()),
        ("eventId", event.id.to_string()),
        ("eventCorpId", fixture.corp.to_string()),
        ("eventBornTime", event.born_at.0.to_string()),
        ("eventUnifiedAppId", fixture.app.to_string()),
        ("appId", "1".to_owned()),
    ] {
        assert_eq!(headers[name], value, "{name}");
    }
    let data: Value = serde_json::from_str(frame["data"].as_str().unwrap()).unwrap();
    let time = event.born_at.0.to_string();
    assert_eq!(
        data,
        json!({
            "eventId": event.id, "timeStamp": time, "TimeStamp": time, "userId": ["u1"], "UserId": ["u1"],
            "optStaffId": "", "OptStaffId": "",
        })
    );
    client.acknowledge(&frame).await;
    let log = fixture.wait_until_settled(&fixture.app).await;
    assert_eq!(log[0].event.state, DeliveryState::Delivered);
    assert_eq!(log[0].attempts[0].1.status, Some(200));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_works_once() {
    let fixture = Fixture::start(fast_settings()).await;
    let ticket_text = ticket(&fixture, &[Channel::Events]).await;
    assert!(
        ticket_text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)),
        "{ticket_text}"
    );
    Client::with_ticket(&fixture, &ticket_text).await.unwrap();
    assert_eq!(Client::with_ticket(&fixture, &ticket_text).await.err(), Some(401));
    assert_eq!(Client::with_ticket(&fixture, "nonsense").await.err(), Some(401));
    assert_eq!(Client::with_ticket(&fixture, "").await.err(), Some(401));
}

#[tokio::test(flavor = "multi_thread")]
async fn events_wait_for_a_client_and_arrive_in_order() {
    let fixture = Fixture::start(fast_settings()).await;
    Client::connect(&fixture).await.disconnect();
    for position in 0..20 {
        fixture
            .raise_event(EventData::MembersAdded(vec!["u".into(), position.to_string().as_str().into()]))
            .await;
    }
    let mut client = Client::connect(&fixture).await;
    let positions: Vec<String> = client
        .receive_and_acknowledge(20)
        .await
        .iter()
        .map(|frame| {
            let data: Value = serde_json::from_str(frame["data"].as_str().unwrap()).unwrap();
            data["userId"][1].as_str().unwrap().to_owned()
        })
        .collect();
    assert!(positions.iter().map(|position| position.parse::<usize>().unwrap()).eq(0..20), "{positions:?}");
    fixture.wait_until_settled(&fixture.app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_event_is_sent_again_with_another_message_id() {
    let fixture = Fixture::start(fast_settings()).await;
    let mut client = Client::connect(&fixture).await;
    fixture.raise("u1").await;
    let first = client.event().await;
    client.answer(&first, 200, json!({ "status": "LATER" })).await;
    let second = client.event().await;
    client.answer(&second, 500, json!({})).await;
    let third = client.event().await;
    client.acknowledge(&third).await;
    for redelivered in [&second, &third] {
        assert_eq!(first["headers"]["eventId"], redelivered["headers"]["eventId"]);
        assert_ne!(first["headers"]["messageId"], redelivered["headers"]["messageId"]);
    }
    let log = fixture.wait_until_settled(&fixture.app).await;
    let problems: Vec<&str> = log[0].attempts.iter().map(|(_, attempt)| attempt.problem.as_str()).collect();
    assert_eq!(problems, ["the client wants it later", "the client answered with code 500", ""]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unacknowledged_event_is_retried_and_finally_fails() {
    let fixture = Fixture::start(DeliverySettings { acknowledge_ms: 100, ..fast_settings() }).await;
    let mut client = Client::connect(&fixture).await;
    fixture.raise("u1").await;
    fixture.raise("u1").await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(client.event().await["headers"]["eventId"].clone());
    }
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    let next = client.event().await;
    assert_ne!(next["headers"]["eventId"], ids[0], "the next event follows");
    client.acknowledge(&next).await;
    let log = fixture.wait_until_settled(&fixture.app).await;
    assert_eq!(log[0].event.state, DeliveryState::Failed);
    assert!(log[0].attempts[2].1.problem.contains("no acknowledgement within 100 ms"));
    assert_eq!(log[1].event.state, DeliveryState::Delivered);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledgement_counts_only_before_the_deadline() {
    assert_eq!(
        DeliverySettings::default().acknowledge_ms,
        60_000,
        "as the vendor's gateway was seen to wait"
    );
    let fixture = Fixture::start(fast_settings()).await;
    let mut client = Client::connect(&fixture).await;
    fixture.raise("u1").await;
    let slow = client.event().await;
    // All of this happens while the client is busy with the first one.
    for number in 0..20 {
        fixture.raise(&format!("v{number}")).await;
        client.receive_and_acknowledge(1).await;
    }
    client.acknowledge(&slow).await;
    let log = fixture.wait_until_settled(&fixture.app).await;
    assert!(log.iter().all(|entry| entry.event.state == DeliveryState::Delivered));
    assert!(log.iter().all(|entry| entry.attempts.len() == 1));

    let fixture = Fixture::start(DeliverySettings { acknowledge_ms: 700, ..fast_settings() }).await;
    let mut client = Client::connect(&fixture).await;
    fixture.raise("u1").await;
    let first = client.event().await;
    // It is sent again after the timeout; a late acknowledgement of the first frame has no effect.
    let second = client.event().await;
    client.acknowledge(&first).await;
    let third = client.event().await;
    assert_eq!(first["headers"]["eventId"], third["headers"]["eventId"]);
    assert_ne!(second["headers"]["messageId"], third["headers"]["messageId"]);
    client.acknowledge(&third).await;
    let log = fixture.wait_until_settled(&fixture.app).await;
    assert_eq!(log[0].event.state, DeliveryState::Delivered);
    let tried: Vec<_> =
        log[0].attempts.iter().map(|(_, tried)| (tried.status, tried.problem.as_str())).collect();
    let late = (None, "no acknowledgement within 700 ms");
    assert_eq!(tried, [late, late, (Some(200), "")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn unrelated_messages_are_not_acknowledgements() {
    let fixture =
        Fixture::start(DeliverySettings { acknowledge_ms: 1_000, retry_ms: vec![], ..fast_settings() }).await;
    let mut client = Client::connect(&fixture).await;
    fixture.raise("u1").await;
    let frame = client.event().await;
    let id = &frame["headers"]["messageId"];
    for nonsense in [
        "".to_owned(),
        "success".to_owned(),
        "[]".to_owned(),
        json!({ "code": 200 }).to_string(),
        json!({ "code": 200, "headers": {} }).to_string(),
        json!({ "code": 200, "headers": { "messageId": "another" } }).to_string(),
        json!({ "code": 200, "headers": { "messageId": frame["headers"]["eventId"] } }).to_string(),
        json!({ "code": "200", "headers": { "messageId": id } }).to_string(),
        json!({ "headers": { "messageId": id } }).to_string(),
    ] {
        client.send_text(nonsense).await;
    }
    let log = fixture.wait_until_settled(&fixture.app).await;
    assert_eq!(log[0].event.state, DeliveryState::Failed);
    assert_eq!(log[0].attempts[0].1.problem, "no acknowledgement within 1000 ms");
    // The connection is as good as before.
    fixture.raise("u2").await;
    client.receive_and_acknowledge(1).await;
    assert_eq!(fixture.wait_until_settled(&fixture.app).await[1].event.state, DeliveryState::Delivered);
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_a_closed_connection_go_to_the_others() {
    let fixture = Fixture::start(DeliverySettings { retry_ms: Vec::new(), ..fast_settings() }).await;
    let mut first = Client::connect(&fixture).await;
    fixture.raise("u1").await;
    let received = first.event().await;
    first.disconnect();
    let mut second = Client::connect(&fixture).await;
    let redelivered = second.event().await;
    assert_eq!(received["headers"]["eventId"], redelivered["headers"]["eventId"]);
    second.acknowledge(&redelivered).await;
    let log = fixture.wait_until_settled(&fixture.app).await;
    assert_eq!(log[0].event.state, DeliveryState::Delivered, "a lost connection does not fail the event");
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_of_an_app_share_the_load() {
    let fixture = Fixture::start(DeliverySettings { at_once: 4, ..fast_settings() }).await;
    let mut clients = [Client::connect(&fixture).await, Client::connect(&fixture).await];
    for number in 0..8 {
        fixture.raise(&format!("u{number}")).await;
    }
    // No client acknowledges before all events have arrived: each has `at_once` in flight.
    let mut frames = Vec::new();
    for client in &mut clients {
        for _ in 0..4 {
            frames.push(client.event().await);
        }
    }
    for (client, frames) in clients.iter_mut().zip(frames.chunks(4)) {
        for frame in frames {
            client.acknowledge(frame).await;
        }
    }
    let log = fixture.wait_until_settled(&fixture.app).await;
    assert!(log.iter().all(|entry| entry.attempts.len() == 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unresponsive_client_is_disconnected_and_delays_no_other() {
    let fixture = Fixture::start(DeliverySettings { ping_ms: 100, ..fast_settings() }).await;
    let mut unresponsive = Client::connect(&fixture).await;
    fixture.raise("u1").await;
    let received = unresponsive.event().await;
    // It sends nothing from now on, not even a pong. A client that answers pings stays connected.
    let mut alive = Client::connect(&fixture).await;
    loop {
        let frame = alive.next().await.expect("a client that answers pings stays connected");
        if frame["type"] == "SYSTEM" {
            assert_eq!(frame["headers"]["topic"], "ping");
            alive.answer(&frame, 200, json!({ "opaque": 1 })).await;
            continue;
        }
        assert_eq!(frame["headers"]["eventId"], received["headers"]["eventId"]);
        alive.acknowledge(&frame).await;
        break;
    }
    while unresponsive.next().await.is_some() {}
    fixture.wait_until_settled(&fixture.app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn resetting_the_secret_closes_open_connections() {
    let fixture = Fixture::start(fast_settings()).await;
    let mut client = Client::connect(&fixture).await;
    let app = fixture.app.clone();
    fixture.write(move |tx, env, _| app::reset_secret(tx, env, &app)).await.unwrap();
    let goodbye = client.next().await.unwrap();
    assert_eq!(goodbye["headers"]["topic"], "disconnect");
    assert_eq!(client.next().await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_has_at_most_a_hundred_connections() {
    let fixture = Fixture::start(fast_settings()).await;
    let mut clients = Vec::new();
    for _ in 0..100 {
        clients.push(Client::connect(&fixture).await);
    }
    let one_more = ticket(&fixture, &[Channel::Events]).await;
    assert_eq!(Client::with_ticket(&fixture, &one_more).await.err(), Some(429));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_ends_with_its_secret() {
    let fixture = Fixture::start(fast_settings()).await;
    let before = ticket(&fixture, &[Channel::Events]).await;
    let app = fixture.app.clone();
    fixture.write(move |tx, env, _| app::reset_secret(tx, env, &app)).await.unwrap();
    assert_eq!(Client::with_ticket(&fixture, &before).await.err(), Some(401));
}

#[tokio::test(flavor = "multi_thread")]
async fn unconfirmed_connections_are_limited() {
    let settings = DeliverySettings { silent_connections: 2, ..fast_settings() };
    let fixture = Fixture::start(settings).await;
    let mut first = Client::connect(&fixture).await;
    let second = Client::connect(&fixture).await;
    let one_more = ticket(&fixture, &[Channel::Events]).await;
    assert_eq!(Client::with_ticket(&fixture, &one_more).await.err(), Some(503));
    // Reading confirms a connection: every WebSocket client answers the first ping by itself.
    fixture.raise("u1").await;
    let frame = first.event().await;
    first.acknowledge(&frame).await;
    fixture.wait_until_settled(&fixture.app).await;
    Client::connect(&fixture).await;
    drop(second);
}

#[tokio::test(flavor = "multi_thread")]
async fn member_messages_are_also_sent_on_the_robot_topic() {
    let fixture = Fixture::start(fast_settings()).await;
    let mut client = Client::connect_for(&fixture, &[Channel::Events, Channel::BotMessages]).await;
    fixture
        .raise_event(EventData::AccountMessage(Box::new(AccountMessage {
            account: AccountId::from("accountiE"),
            member: UserId::from("u1"),
            member_unionid: "unioniE".to_owned(),
            member_name: "张三".to_owned(),
            member_is_admin: true,
            message_id: "msg1".to_owned(),
            content: AccountMessageContent::Text("你好".to_owned()),
            created_at: Timestamp(1),
            session_webhook: "http://127.0.0.1/robot/sendBySession?session=s".to_owned(),
            session_webhook_expires_at: Timestamp(2),
        })))
        .await;
    let mut frames = client.receive_and_acknowledge(2).await;
    frames.sort_by_key(|frame| frame["type"].as_str().unwrap().to_owned());
    let data = |frame: &Value| serde_json::from_str::<Value>(frame["data"].as_str().unwrap()).unwrap();
    assert_eq!(
        (&frames[0]["type"], &frames[0]["headers"]["topic"]),
        (&json!("CALLBACK"), &json!("/v1.0/im/bot/messages/get"))
    );
    let message = data(&frames[0]);
    assert_eq!(message["text"]["content"], "你好");
    assert_eq!((&message["senderStaffId"], &message["senderNick"]), (&json!("u1"), &json!("张三")));
    assert_eq!((&message["msgtype"], &message["conversationType"]), (&json!("text"), &json!("1")));
    assert_eq!(message["isAdmin"], true);
    assert_eq!(frames[1]["headers"]["eventType"], "isw_user_msg_received");
    assert_eq!(data(&frames[1])["content"], "你好");
    // Other events are not sent on the robot topic.
    fixture.raise("u2").await;
    assert_eq!(client.receive_and_acknowledge(1).await[0]["type"], "EVENT");
    fixture.wait_until_settled(&fixture.app).await;
}
