//! A real HTTP server that receives callbacks, and answers them well or badly.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use carillon_delivery::{Envelope, open_envelope, seal_envelope, signature};
use carillon_domain::event::subscription::Callback;
use carillon_model::{env::Env, settings::Settings};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use crate::fixture::within;

pub const TOKEN: &str = "token123";
pub const AES_KEY: &str = "abcdefghijabcdefghijabcdefghijabcdefghij123";

/// How a message is answered.
#[derive(Clone, Debug)]
pub enum Reply {
    /// As documented.
    Success,
    /// As documented, as the official library for Python does: with line breaks; and the time as a number.
    SuccessWithLineBreaks,
    /// After a while, as documented.
    Slow(Duration),
    /// Never.
    Hang,
    /// With a status and nothing else.
    Status(u16),
    /// With a status and the wish to be left alone.
    LeaveAlone(u16, &'static str),
    /// With another address.
    Redirect(String),
    /// As documented, but something else than `success`.
    Says(&'static str),
    /// Encrypted with another key.
    OtherKey,
    /// For another owner.
    OtherOwner,
    /// With a signature that is wrong.
    WrongSignature,
    /// With a text that is no JSON.
    Text(&'static str),
    /// With more than anybody wants to read.
    Endless,
    /// With the beginning of an answer; then the connection breaks, as it does when the receiver crashes.
    BreaksOff,
}

type Choose = dyn Fn(&Value, usize) -> Reply + Send + Sync;

pub struct Receiver {
    pub callback: Callback,
    pub address: SocketAddr,
    state: Arc<Shared>,
    server: JoinHandle<()>,
}

struct Shared {
    owner: String,
    choose: Box<Choose>,
    received: Mutex<Vec<Value>>,
    count: watch::Sender<usize>,
}

impl Receiver {
    /// Answers each message as `choose` says, which is told the message and how many came before.
    pub async fn start(owner: &str, choose: impl Fn(&Value, usize) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_at(SocketAddr::from(([127, 0, 0, 1], 0)), owner, choose).await
    }

    /// `start` at an address.
    pub async fn start_at(
        address: SocketAddr,
        owner: &str,
        choose: impl Fn(&Value, usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        let callback = Callback {
            url: format!("http://{address}/callback?mine=1"),
            token: TOKEN.to_owned(),
            aes_key: AES_KEY.to_owned(),
            owner_key: owner.to_owned(),
        };
        let state = Arc::new(Shared {
            owner: owner.to_owned(),
            choose: Box::new(choose),
            received: Mutex::default(),
            count: watch::channel(0).0,
        });
        let router = Router::new().route("/callback", post(receive)).with_state(Arc::clone(&state));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { callback, address, state, server }
    }

    /// Every message so far, in the order in which they came.
    pub fn received(&self) -> Vec<Value> {
        self.state.received.lock().unwrap().clone()
    }

    /// Waits for so many messages, whatever they were answered.
    pub async fn have(&self, count: usize) {
        within(self.state.count.subscribe().wait_for(|received| *received >= count)).await.unwrap();
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn receive(
    State(state): State<Arc<Shared>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let query = query.unwrap_or_default();
    let parameter = |name: &str| {
        let prefix = format!("{name}=");
        query.split('&').find_map(|pair| pair.strip_prefix(&prefix)).unwrap_or_default().to_owned()
    };
    assert_eq!(parameter("mine"), "1", "the address keeps its own query");
    assert_eq!(parameter("signature"), parameter("msg_signature"));
    assert!(headers[header::CONTENT_TYPE].to_str().unwrap().starts_with("application/json"));
    let body: Value = serde_json::from_slice(&body).unwrap();
    let envelope = Envelope {
        signature: parameter("signature"),
        timestamp: parameter("timestamp"),
        nonce: parameter("nonce"),
        encrypt: body["encrypt"].as_str().unwrap().to_owned(),
    };
    let message =
        open_envelope(&envelope, TOKEN, AES_KEY, &state.owner).expect("a message for this callback");
    let message: Value = serde_json::from_str(&message).unwrap();
    let reply = {
        let mut received = state.received.lock().unwrap();
        let reply = (state.choose)(&message, received.len());
        received.push(message);
        reply
    };
    state.count.send_modify(|count| *count += 1);
    answer(&state.owner, reply).await
}

async fn answer(owner: &str, reply: Reply) -> Response {
    let sealed = |key: &str, owner: &str, text: &str| {
        seal_envelope(&Env::system(Settings::default(), [0; 32]), TOKEN, key, owner, text).unwrap()
    };
    let success = || sealed(AES_KEY, owner, "success");
    match reply {
        Reply::Success => json_of(&success()),
        Reply::SuccessWithLineBreaks => {
            let mut envelope = success();
            envelope.encrypt.insert(30, '\n');
            envelope.encrypt.push('\n');
            envelope.signature = signature(TOKEN, &envelope.timestamp, &envelope.nonce, &envelope.encrypt);
            let time: i64 = envelope.timestamp.parse().unwrap();
            axum::response::Html(
                json!({ "msg_signature": envelope.signature, "timeStamp": time, "nonce": envelope.nonce, "encrypt": envelope.encrypt })
                    .to_string(),
            )
            .into_response()
        }
        Reply::Slow(time) => {
            tokio::time::sleep(time).await;
            json_of(&success())
        }
        Reply::Hang => std::future::pending().await,
        Reply::Status(status) => (StatusCode::from_u16(status).unwrap(), "no").into_response(),
        Reply::LeaveAlone(status, wish) => {
            (StatusCode::from_u16(status).unwrap(), [(header::RETRY_AFTER, wish)]).into_response()
        }
        Reply::Redirect(to) => (StatusCode::FOUND, [(header::LOCATION, to)]).into_response(),
        Reply::Says(text) => json_of(&sealed(AES_KEY, owner, text)),
        Reply::OtherKey => json_of(&sealed("bbbbbbbbbbabcdefghijabcdefghijabcdefghij123", owner, "success")),
        Reply::OtherOwner => json_of(&sealed(AES_KEY, "somebody", "success")),
        Reply::WrongSignature => json_of(&Envelope { signature: "0".repeat(40), ..success() }),
        Reply::Text(text) => text.into_response(),
        Reply::Endless => "e".repeat(1 << 20).into_response(),
        Reply::BreaksOff => {
            let parts = [Ok("{\"msg_signature\":"), Err(std::io::Error::other("crashed"))];
            axum::body::Body::from_stream(futures::stream::iter(parts)).into_response()
        }
    }
}

fn json_of(envelope: &Envelope) -> Response {
    axum::response::Html(
        json!({
            "msg_signature": envelope.signature,
            "timeStamp": envelope.timestamp,
            "nonce": envelope.nonce,
            "encrypt": envelope.encrypt,
        })
        .to_string(),
    )
    .into_response()
}
