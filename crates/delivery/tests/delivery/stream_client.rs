//! A Stream client under the control of a test. The official clients are tested in `conformance`.

use carillon_domain::event::stream;
use carillon_model::event::Channel;
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message},
};

use crate::fixture::{Fixture, within};

pub struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// Issues a ticket for the fixture's app.
pub async fn ticket(fixture: &Fixture, channels: &[Channel]) -> String {
    let (app, secret, channels) = (fixture.app.clone(), fixture.secret.clone(), channels.to_vec());
    fixture.write(move |tx, env, _| stream::open(tx, env, app.as_str(), &secret, channels)).await.unwrap()
}

impl Client {
    /// Connects for events.
    pub async fn connect(fixture: &Fixture) -> Self {
        Self::connect_for(fixture, &[Channel::Events]).await
    }

    pub async fn connect_for(fixture: &Fixture, channels: &[Channel]) -> Self {
        Self::with_ticket(fixture, &ticket(fixture, channels).await).await.unwrap()
    }

    /// Connects with a ticket. The error is the HTTP status of the refusal.
    pub async fn with_ticket(fixture: &Fixture, ticket: &str) -> Result<Self, u16> {
        match within(connect_async(format!("{}?ticket={ticket}", fixture.url()))).await {
            Ok((socket, _)) => Ok(Self { socket }),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    /// Returns the next frame, or none if the server closes the connection.
    pub async fn next(&mut self) -> Option<Value> {
        loop {
            match within(self.socket.next()).await {
                Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// Returns the next frame that is not a system frame.
    pub async fn event(&mut self) -> Value {
        loop {
            let frame = self.next().await.expect("an event before the end");
            if frame["type"] != "SYSTEM" {
                return frame;
            }
        }
    }

    /// Sends any text.
    pub async fn send_text(&mut self, text: String) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    pub async fn answer(&mut self, frame: &Value, code: i64, data: Value) {
        let headers =
            json!({ "messageId": frame["headers"]["messageId"], "contentType": "application/json" });
        let answer = json!({ "code": code, "headers": headers, "message": "OK", "data": data.to_string() });
        self.socket.send(Message::text(answer.to_string())).await.unwrap();
    }

    pub async fn acknowledge(&mut self, frame: &Value) {
        self.answer(frame, 200, json!({ "status": "SUCCESS" })).await;
    }

    /// Receives and acknowledges `count` events.
    pub async fn receive_and_acknowledge(&mut self, count: usize) -> Vec<Value> {
        let mut events = Vec::new();
        while events.len() < count {
            let frame = self.event().await;
            self.acknowledge(&frame).await;
            events.push(frame);
        }
        events
    }

    /// Drops the connection without a close frame.
    pub fn disconnect(self) {
        drop(self.socket);
    }
}
