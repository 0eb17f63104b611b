//! Stream, from the operation that opens it to the end of the server.

use std::time::Duration;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::{connect_async, tungstenite::Message};

use testkit::program::ProgramFixture;

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
fn the_endpoint_is_where_the_client_came_in() {
    let fixture = ProgramFixture::start();
    let endpoint = |headers: &[(&str, &str)]| {
        let (status, opened) = fixture.call_v1(OPEN, headers, &request(&fixture));
        assert_eq!(status, 200, "{opened}");
        opened["endpoint"].as_str().unwrap().to_owned()
    };
    assert_eq!(endpoint(&[]), format!("ws://{}/connect", fixture.url().trim_start_matches("http://")));
    assert_eq!(endpoint(&[("host", "bells.example:8080")]), "ws://bells.example:8080/connect");
    assert_eq!(
        endpoint(&[("host", "bells.example"), ("x-forwarded-proto", "https")]),
        "wss://bells.example:443/connect"
    );
    let public = ProgramFixture::with_variables(&[("CARILLON_PUBLIC_URL", "https://carillon.example")]);
    let (_, opened) = public.call_v1(OPEN, &[], &request(&public));
    assert_eq!(opened["endpoint"], "wss://carillon.example:443/connect");
}

#[test]
fn without_the_secret_there_is_no_ticket() {
    let fixture = ProgramFixture::start();
    let refused = |field: &str, value: Value| {
        let mut body = request(&fixture);
        body[field] = value;
        let (status, answer) = fixture.call_v1(OPEN, &[], &body);
        (status, answer["code"].as_str().unwrap().to_owned())
    };
    assert_eq!(refused("clientSecret", json!("wrong")), (401, "authFailed".to_owned()));
    assert_eq!(refused("clientId", json!("dingnobody")), (401, "authFailed".to_owned()));
    assert_eq!(refused("clientId", Value::Null), (400, "param.illegal".to_owned()));
    assert_eq!(refused("subscriptions", json!([])), (400, "param.illegal".to_owned()));
}

#[test]
fn events_reach_a_client_and_the_end_of_the_server_says_goodbye() {
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
    assert_eq!(fixture.settled()[0]["state"], "delivered");

    let listening = std::thread::spawn(move || {
        let goodbye = runtime.block_on(next(&mut socket)).unwrap();
        (goodbye["headers"]["topic"].clone(), runtime.block_on(next(&mut socket)))
    });
    assert_eq!(fixture.terminate(), Some(0));
    assert_eq!(listening.join().unwrap(), (json!("disconnect"), None));

    fixture.restart();
    assert_eq!(fixture.settled().len(), 1);
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
