//! Stream, from opening a connection to shutdown.

use std::time::Duration;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::{connect_async, tungstenite::Message};

use testkit::{
    program::ProgramFixture,
    stream_client::{Answer, StreamClient},
};

const OPEN: &str = "/v1.0/gateway/connections/open";

fn request(fixture: &ProgramFixture) -> Value {
    json!({
        "clientId": fixture.key(), "clientSecret": fixture.secret(), "ua": "test/1.0", "localIp": "192.0.2.1",
        "subscriptions": [{ "type": "EVENT", "topic": "*" }, { "type": "CALLBACK", "topic": "/v1.0/card/instances/callback" }],
    })
}

fn open(fixture: &ProgramFixture) -> String {
    let (status, opened) = fixture.call_v1(OPEN, &[], &request(fixture));
    assert_eq!(status, 200, "{opened}");
    format!("{}?ticket={}", opened["endpoint"].as_str().unwrap(), opened["ticket"].as_str().unwrap())
}

#[test]
fn the_endpoint_has_the_address_that_the_client_used() {
    let fixture = ProgramFixture::start();
    let endpoint = |headers: &[(&str, &str)]| {
        let (status, opened) = fixture.call_v1(OPEN, headers, &request(&fixture));
        assert_eq!(status, 200, "{opened}");
        opened["endpoint"].as_str().unwrap().to_owned()
    };
    assert_eq!(endpoint(&[]), format!("ws://{}/connect", fixture.url().trim_start_matches("http://")));
    assert_eq!(endpoint(&[("host", "bells.example:8080")]), "ws://bells.example:8080/connect");
    // Only headers of trusted proxies count.
    let by_https = [("host", "bells.example"), ("x-forwarded-proto", "https")];
    assert_eq!(endpoint(&by_https), "ws://bells.example:80/connect");
    let behind_proxy =
        ProgramFixture::with_variables(&[("CARILLON_THROTTLE_TRUSTED_PROXIES", "[\"127.0.0.1\"]")]);
    let (_, opened) = behind_proxy.call_v1(OPEN, &by_https, &request(&behind_proxy));
    assert_eq!(opened["endpoint"], "wss://bells.example:443/connect");
    let public = ProgramFixture::with_variables(&[("CARILLON_PUBLIC_URL", "https://carillon.example")]);
    let (_, opened) = public.call_v1(OPEN, &[], &request(&public));
    assert_eq!(opened["endpoint"], "wss://carillon.example:443/connect");
}

#[test]
fn a_ticket_needs_the_secret() {
    let fixture = ProgramFixture::start();
    let refused = |field: &str, value: Value| {
        let mut body = request(&fixture);
        body[field] = value;
        let (status, answer) = fixture.call_v1(OPEN, &[], &body);
        (status, answer["code"].as_str().unwrap().to_owned())
    };
    let copied_with_a_blank = format!("{} ", request(&fixture)["clientSecret"].as_str().unwrap());
    for secret in ["wrong", &copied_with_a_blank] {
        assert_eq!(refused("clientSecret", json!(secret)), (401, "authFailed".to_owned()));
    }
    assert_eq!(refused("clientId", json!("dingnobody")), (401, "authFailed".to_owned()));
    assert_eq!(refused("clientId", Value::Null), (400, "MissingclientId".to_owned()));
    assert_eq!(refused("subscriptions", json!([])), (400, "Missingsubscriptions".to_owned()));
}

#[test]
fn events_reach_a_client_and_shutdown_disconnects_it() {
    let mut fixture = ProgramFixture::start();
    let address = open(&fixture);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (mut socket, _) = runtime.block_on(connect_async(&address)).unwrap();
    fixture.member("u1", 1);
    let frame = runtime.block_on(next(&mut socket)).unwrap();
    assert_eq!(frame["headers"]["eventType"], "user_add_org");
    let answer =
        json!({ "code": 200, "headers": { "messageId": frame["headers"]["messageId"] }, "data": "{}" });
    runtime.block_on(socket.send(Message::text(answer.to_string()))).unwrap();
    assert_eq!(fixture.wait_until_delivered()[0]["state"], "delivered");

    let listening = std::thread::spawn(move || {
        let goodbye = runtime.block_on(next(&mut socket)).unwrap();
        let reason: Value = serde_json::from_str(goodbye["data"].as_str().unwrap()).unwrap();
        (goodbye["headers"]["topic"].clone(), reason, runtime.block_on(next(&mut socket)))
    });
    assert_eq!(fixture.terminate(), Some(0));
    let reason = json!({ "reason": "persistent connection is timeout" });
    assert_eq!(listening.join().unwrap(), (json!("disconnect"), reason, None));

    fixture.restart();
    assert_eq!(fixture.wait_until_delivered().len(), 1);
}

/// The Node client sends one every 8 s, and gives the connection up that does not answer by the next.
#[test]
fn a_ping_of_a_client_gets_its_pong() {
    let fixture = ProgramFixture::start();
    let address = open(&fixture);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (mut socket, _) = runtime.block_on(connect_async(&address)).unwrap();
    for content in ["", "heartbeat"] {
        runtime.block_on(socket.send(Message::Ping(content.into()))).unwrap();
        let pong = runtime.block_on(async {
            loop {
                if let Message::Pong(content) = socket.next().await.unwrap().unwrap() {
                    return content;
                }
            }
        });
        assert_eq!(pong, content.as_bytes());
    }
}

#[test]
fn a_ticket_and_a_connection_end_with_the_secret() {
    let fixture = ProgramFixture::start();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (mut socket, _) = runtime.block_on(connect_async(&open(&fixture))).unwrap();
    fixture.member("u1", 1);
    let unanswered = runtime.block_on(next(&mut socket)).unwrap();
    assert_eq!(unanswered["headers"]["eventType"], "user_add_org");
    let ticket = open(&fixture);
    let reset = fixture.command_json(&["app", "reset-secret", fixture.key()]);
    assert_eq!(status(runtime.block_on(connect_async(&ticket))), Some(401));
    assert_eq!(runtime.block_on(next(&mut socket)).unwrap()["headers"]["topic"], "disconnect");
    assert_eq!(runtime.block_on(next(&mut socket)), None);

    // Its unacknowledged events go to the client with the new secret.
    let mut app = fixture.app.clone();
    app["app_secret"] = reset["app_secret"].clone();
    let client = StreamClient::start(fixture.url(), &app, |_, _| Answer::Done);
    assert_eq!(client.wait_for(1)[0]["headers"]["eventId"], unanswered["headers"]["eventId"]);
}

#[test]
fn connections_are_limited_and_broken_ones_do_not_count() {
    let fixture = ProgramFixture::with_variables(&[
        ("CARILLON_DELIVERY_CONNECTIONS_PER_APP", "2"),
        ("CARILLON_DELIVERY_CONNECTIONS", "3"),
    ]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let connect = |address: &str| runtime.block_on(connect_async(address));
    let (first, _) = connect(&open(&fixture)).unwrap();
    let (_second, _) = connect(&open(&fixture)).unwrap();
    assert_eq!(status(connect(&open(&fixture))), Some(429));
    let other = fixture.command_json(&["app", "create", "--corp", &fixture.corp, "--name", "other"]);
    let address = || {
        let request = json!({
            "clientId": other["app_key"], "clientSecret": other["app_secret"],
            "subscriptions": [{ "type": "EVENT", "topic": "*" }],
        });
        let (_, opened) = fixture.call_v1(OPEN, &[], &request);
        format!("{}?ticket={}", opened["endpoint"].as_str().unwrap(), opened["ticket"].as_str().unwrap())
    };
    let (_third, _) = connect(&address()).unwrap();
    assert_eq!(status(connect(&address())), Some(503));
    // Dropped without a close frame.
    drop(first);
    let redelivered = (0..3_000).find_map(|_| {
        std::thread::sleep(Duration::from_millis(10));
        connect(&address()).ok()
    });
    assert!(redelivered.is_some());
}

/// Returns the status of a refused connection.
fn status<T>(connected: Result<T, tokio_tungstenite::tungstenite::Error>) -> Option<u16> {
    match connected.err()? {
        tokio_tungstenite::tungstenite::Error::Http(response) => Some(response.status().as_u16()),
        error => panic!("{error}"),
    }
}

async fn next<S>(socket: &mut S) -> Option<Value>
where
    S: StreamExt<Item = Result<Message, tokio_tungstenite::tungstenite::Error>> + Unpin,
{
    loop {
        let message = tokio::time::timeout(Duration::from_secs(60), socket.next()).await.expect("in time");
        match message {
            Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).unwrap()),
            Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
            Some(Ok(_)) => {}
        }
    }
}
