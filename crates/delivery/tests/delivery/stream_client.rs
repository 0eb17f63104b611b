//! A Stream client that does what a test wants. The official ones are tried in `conformance`.

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

/// A ticket for the world's app.
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

    /// The status that the server refuses with.
    pub async fn with_ticket(fixture: &Fixture, ticket: &str) -> Result<Self, u16> {
        match within(connect_async(format!("{}?ticket={ticket}", fixture.url()))).await {
            Ok((socket, _)) => Ok(Self { socket }),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    /// The next frame; none when the server ends the connection.
    pub async fn next(&mut self) -> Option<Value> {
        loop {
            match within(self.socket.next()).await {
                Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// The next frame that is not the server's own.
    pub async fn event(&mut self) -> Value {
        loop {
            let frame = self.next().await.expect("an event before the end");
            if frame["type"] != "SYSTEM" {
                return frame;
            }
        }
    }

    /// Says anything.
    pub async fn say(&mut self, text: String) {
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

    /// Takes and acknowledges so many events.
    pub async fn take(&mut self, count: usize) -> Vec<Value> {
        let mut taken = Vec::new();
        while taken.len() < count {
            let frame = self.event().await;
            self.acknowledge(&frame).await;
            taken.push(frame);
        }
        taken
    }

    /// Ends the connection without a word.
    pub fn vanish(self) {
        drop(self.socket);
    }
}
