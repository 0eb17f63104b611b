//! An HTTP server that receives callbacks and sends the responses that a test chooses.

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

/// The response to a message.
#[derive(Clone, Debug)]
pub enum Reply {
    /// The documented response.
    Success,
    /// The response of the official Python library: base64 with line breaks, and the time as a number.
    SuccessWithLineBreaks,
    /// The documented response, delayed.
    Slow(Duration),
    /// No response.
    Hang,
    /// An HTTP status with a short text.
    Status(u16),
    /// An HTTP status and a `Retry-After` header.
    RetryAfter(u16, &'static str),
    /// A redirect to this address.
    Redirect(String),
    /// A well-formed response with another plaintext than `success`.
    Plaintext(&'static str),
    /// A response that is encrypted with another key.
    OtherKey,
    /// A response for another owner key.
    OtherOwner,
    /// A response with an invalid signature.
    WrongSignature,
    /// This body.
    Text(&'static str),
    /// A body larger than the limit.
    Endless,
    /// The beginning of a response; then the connection breaks, as it does when the receiver crashes.
    Truncated,
}

type ChooseReply = dyn Fn(&Value, usize) -> Reply + Send + Sync;

pub struct Receiver {
    pub callback: Callback,
    pub address: SocketAddr,
    state: Arc<Shared>,
    server: JoinHandle<()>,
}

struct Shared {
    owner: String,
    choose_reply: Box<ChooseReply>,
    received: Mutex<Vec<Value>>,
    count: watch::Sender<usize>,
}

impl Receiver {
    /// Starts a receiver. `choose_reply` gets each message and the number of messages before it.
    pub async fn start(
        owner: &str,
        choose_reply: impl Fn(&Value, usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::start_at(SocketAddr::from(([127, 0, 0, 1], 0)), owner, choose_reply).await
    }

    /// `start` at an address.
    pub async fn start_at(
        address: SocketAddr,
        owner: &str,
        choose_reply: impl Fn(&Value, usize) -> Reply + Send + Sync + 'static,
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
            choose_reply: Box::new(choose_reply),
            received: Mutex::default(),
            count: watch::channel(0).0,
        });
        let router = Router::new().route("/callback", post(receive)).with_state(Arc::clone(&state));
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { callback, address, state, server }
    }

    /// Returns all messages in the order of their arrival.
    pub fn received(&self) -> Vec<Value> {
        self.state.received.lock().unwrap().clone()
    }

    /// Waits until `count` messages have arrived.
    pub async fn wait_for_messages(&self, count: usize) {
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
    assert_eq!(parameter("mine"), "1", "the URL keeps its query");
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
        let reply = (state.choose_reply)(&message, received.len());
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
        Reply::RetryAfter(status, retry_after) => {
            (StatusCode::from_u16(status).unwrap(), [(header::RETRY_AFTER, retry_after)]).into_response()
        }
        Reply::Redirect(to) => (StatusCode::FOUND, [(header::LOCATION, to)]).into_response(),
        Reply::Plaintext(text) => json_of(&sealed(AES_KEY, owner, text)),
        Reply::OtherKey => json_of(&sealed("bbbbbbbbbbabcdefghijabcdefghijabcdefghij123", owner, "success")),
        Reply::OtherOwner => json_of(&sealed(AES_KEY, "somebody", "success")),
        Reply::WrongSignature => json_of(&Envelope { signature: "0".repeat(40), ..success() }),
        Reply::Text(text) => text.into_response(),
        Reply::Endless => "e".repeat(1 << 20).into_response(),
        Reply::Truncated => {
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
