//! One message to a callback, and what its answer means.

use std::{
    error::Error as _,
    future::Future,
    pin::Pin,
    sync::{Arc, OnceLock},
    time::Duration,
};

use bytes::Bytes;
use carillon_domain::event::{
    delivery::DeliveryOutcome,
    subscription::{Callback, CallbackCheck},
};
use carillon_model::{
    env::Env,
    error::{Error, Result, Rule},
    event::Attempt,
    time::{HOUR_MS, SECOND_MS},
};
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use rustls::pki_types::CertificateDer;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use url::Url;

use crate::{
    client::{self, ConnectError, GuardedClient},
    cryptography::{self, Envelope},
    guard::Guard,
};

/// The largest answer that is read.
const ANSWER_BYTES: usize = 64 << 10;
/// So much of an answer goes into the log.
const LOGGED_BYTES: usize = 256;
/// A receiver can ask to be left alone for so long at most.
const MAX_LEAVE_ALONE_MS: i64 = HOUR_MS;
/// The handshake, exactly as documented.
const CHECK_URL: &str = r#"{"EventType":"check_url"}"#;
/// What an answer says when all is well.
const SUCCESS: &str = "success";

/// Sends messages to callbacks.
#[derive(Clone)]
pub struct Callbacks {
    env: Env,
    guard: Guard,
    /// Authorities that are trusted besides those of the machine.
    authorities: Arc<[CertificateDer<'static>]>,
    /// Made for the first message: reading the certificates of the machine takes time and memory that a server without
    /// callbacks need not spend.
    client: Arc<OnceLock<GuardedClient>>,
}

/// Why a message does not count as taken.
enum PushError {
    /// The address lies where callbacks may not lie.
    Forbidden(String),
    /// There is no connection, or nothing at its end that speaks HTTP.
    Unreachable(String),
    /// The certificate is not good.
    Untrusted(String),
    Status(StatusCode),
    /// Another address, which is not gone to.
    Redirect(StatusCode, String),
    Wrong(String),
}

/// How an exchange went.
struct Exchange {
    status: Option<StatusCode>,
    answer: String,
    retry_after_ms: i64,
    result: Result<(), PushError>,
}

impl Exchange {
    fn failed(error: PushError) -> Self {
        Self { status: None, answer: String::new(), retry_after_ms: 0, result: Err(error) }
    }
}

#[derive(Serialize)]
struct Sent<'a> {
    encrypt: &'a str,
}

#[derive(Deserialize)]
struct Answer {
    msg_signature: String,
    #[serde(rename = "timeStamp")]
    time_stamp: TextOrNumber,
    nonce: TextOrNumber,
    encrypt: String,
}

/// Some clients answer a number where a text is documented.
#[derive(Deserialize)]
#[serde(untagged)]
enum TextOrNumber {
    Text(String),
    Number(i64),
}

impl TextOrNumber {
    fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Number(number) => number.to_string(),
        }
    }
}

impl Callbacks {
    /// A sender under the settings of a world.
    pub fn new(env: &Env) -> Result<Self> {
        let settings = &env.settings.delivery;
        let guard = Guard::new(&settings.allow)?;
        // Looked at now, so that a mistake is told at the start and not at the first delivery.
        let authorities =
            settings.ca_file.as_deref().map(client::authorities).transpose()?.unwrap_or_default();
        Ok(Self { env: env.clone(), guard, authorities: authorities.into(), client: Arc::default() })
    }

    fn client(&self) -> Result<&GuardedClient> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client =
            client::guarded(self.guard.clone(), &self.authorities, self.env.settings.delivery.at_once)?;
        Ok(self.client.get_or_init(|| client))
    }

    /// Sends a message, and says how that went.
    pub async fn push(&self, callback: &Callback, message: &str) -> (Attempt, DeliveryOutcome) {
        let started_at = self.env.now();
        let began = Instant::now();
        let exchange = self.exchange(callback, message).await;
        let (problem, outcome) = match &exchange.result {
            Ok(()) => (String::new(), DeliveryOutcome::Delivered),
            Err(error) => {
                (error.in_words(), DeliveryOutcome::Failed { retry_after_ms: exchange.retry_after_ms })
            }
        };
        let attempt = Attempt {
            started_at,
            took_ms: i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX),
            status: exchange.status.map(|status| status.as_u16().into()),
            answer: exchange.answer,
            problem,
        };
        (attempt, outcome)
    }

    /// Within the time that a callback has, everything: finding the host, connecting, sending, reading the answer.
    async fn exchange(&self, callback: &Callback, message: &str) -> Exchange {
        match tokio::time::timeout(self.timeout(), self.exchange_unbounded(callback, message)).await {
            Ok(exchange) => exchange,
            Err(_) => Exchange::failed(PushError::Unreachable(self.no_answer())),
        }
    }

    fn timeout(&self) -> Duration {
        Duration::from_millis(self.env.settings.delivery.answer_ms)
    }

    fn no_answer(&self) -> String {
        format!("no answer within {} ms", self.env.settings.delivery.answer_ms)
    }

    async fn exchange_unbounded(&self, callback: &Callback, message: &str) -> Exchange {
        let request = match self.request(callback, message) {
            Ok(request) => request,
            Err(error) => return Exchange::failed(error),
        };
        let client = match self.client() {
            Ok(client) => client,
            Err(error) => return Exchange::failed(PushError::Unreachable(error.to_string())),
        };
        let response = match client.request(request).await {
            Ok(response) => response,
            Err(error) => return Exchange::failed(push_error(&error)),
        };
        let (parts, body) = response.into_parts();
        let retry_after_ms = self.retry_after_ms(&parts.headers);
        let body = Limited::new(body, ANSWER_BYTES).collect().await.map(|body| body.to_bytes());
        let result = match &body {
            Ok(body) if parts.status == StatusCode::OK => read_answer(callback, body),
            Ok(_) if parts.status.is_redirection() => {
                Err(PushError::Redirect(parts.status, location(&parts.headers)))
            }
            Ok(_) => Err(PushError::Status(parts.status)),
            Err(error) => Err(PushError::Wrong(format!("the answer cannot be read: {error}"))),
        };
        let shown = body.unwrap_or_default();
        let shown = String::from_utf8_lossy(&shown[..shown.len().min(LOGGED_BYTES)]).into_owned();
        Exchange { status: Some(parts.status), answer: shown, retry_after_ms, result }
    }

    fn request(&self, callback: &Callback, message: &str) -> Result<Request<Full<Bytes>>, PushError> {
        let envelope =
            cryptography::seal(&self.env, &callback.token, &callback.aes_key, &callback.owner_key, message)
                .map_err(|unreadable| PushError::Wrong(unreadable.0.to_owned()))?;
        let mut url = parse(&callback.url).map_err(|reason| PushError::Wrong(reason.to_owned()))?;
        url.query_pairs_mut()
            .append_pair("signature", &envelope.signature)
            .append_pair("msg_signature", &envelope.signature)
            .append_pair("timestamp", &envelope.timestamp)
            .append_pair("nonce", &envelope.nonce);
        let body = serde_json::to_vec(&Sent { encrypt: &envelope.encrypt });
        let body = body.map_err(|error| PushError::Wrong(error.to_string()))?;
        Request::post(url.as_str())
            .header(header::CONTENT_TYPE, "application/json;charset=utf-8")
            .header(header::USER_AGENT, concat!("carillon/", env!("CARGO_PKG_VERSION")))
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| PushError::Wrong(error.to_string()))
    }

    /// For how long the receiver wants to be left alone: seconds or a date.
    fn retry_after_ms(&self, headers: &HeaderMap) -> i64 {
        let Some(wish) = headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()) else {
            return 0;
        };
        let wish = wish.trim();
        let ms = wish.parse::<i64>().map(|seconds| seconds.saturating_mul(SECOND_MS)).ok().or_else(|| {
            let date = jiff::fmt::rfc2822::parse(wish).ok()?;
            Some(date.timestamp().as_millisecond().saturating_sub(self.env.now().0))
        });
        ms.unwrap_or(0).clamp(0, MAX_LEAVE_ALONE_MS)
    }
}

impl CallbackCheck for Callbacks {
    fn check(&self, callback: Callback) -> Pin<Box<dyn Future<Output = Result<()>> + Send>> {
        let sender = self.clone();
        Box::pin(async move {
            parse(&callback.url).map_err(|reason| Error::because(Rule::CallbackUrlInvalid, reason))?;
            let deadline = Instant::now() + sender.timeout();
            let Err(error) = sender.exchange(&callback, CHECK_URL).await.result else { return Ok(()) };
            let (rule, reason) = match &error {
                PushError::Forbidden(_) => (Rule::CallbackHostForbidden, error.in_words()),
                // Whoever registers callbacks must not learn what there is inside of the network. So a host that is unknown or
                // lies inside, a closed or filtered port, and a service that speaks something else are one: they say the same,
                // and take as long.
                PushError::Unreachable(_) => {
                    tokio::time::sleep_until(deadline).await;
                    tracing::info!(reason = error.in_words(), "a callback cannot be reached");
                    (Rule::CallbackUnreachable, format!("无法连接或响应超时, {}", sender.no_answer()))
                }
                PushError::Untrusted(reason) => {
                    (Rule::CallbackUnreachable, format!("HTTPS证书校验失败, {reason}"))
                }
                PushError::Status(_) | PushError::Redirect(..) => {
                    (Rule::CallbackUnreachable, error.in_words())
                }
                PushError::Wrong(_) => (Rule::CallbackAnswerWrong, error.in_words()),
            };
            Err(Error::because(rule, reason))
        })
    }
}

impl PushError {
    fn in_words(&self) -> String {
        match self {
            Self::Forbidden(reason)
            | Self::Unreachable(reason)
            | Self::Untrusted(reason)
            | Self::Wrong(reason) => reason.clone(),
            Self::Redirect(status, location) => {
                format!("不允许3xx跳转,http statusCode is:{},跳转后地址为:{location}", status.as_u16())
            }
            Self::Status(status) => format!("http statusCode is:{}", status.as_u16()),
        }
    }
}

/// Where a response wants to lead, as far as it is shown.
fn location(headers: &HeaderMap) -> String {
    let location = headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
    location.unwrap_or_default().chars().take(LOGGED_BYTES).collect()
}

/// The address of a callback: absolute, of the web, and without a password in it.
fn parse(text: &str) -> Result<Url, &'static str> {
    let mut url = Url::parse(text).map_err(|_| "must be an absolute address")?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("must begin with http:// or https://");
    }
    if !url.has_host() {
        return Err("must name a host");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not hold a user name or password");
    }
    url.set_fragment(None);
    Ok(url)
}

fn read_answer(callback: &Callback, body: &[u8]) -> Result<(), PushError> {
    let answer: Answer = serde_json::from_slice(body)
        .map_err(|error| PushError::Wrong(format!("the answer is not the documented JSON: {error}")))?;
    let envelope = Envelope {
        signature: answer.msg_signature,
        timestamp: answer.time_stamp.into_text(),
        nonce: answer.nonce.into_text(),
        encrypt: answer.encrypt,
    };
    let said = cryptography::open(&envelope, &callback.token, &callback.aes_key, &callback.owner_key)
        .map_err(|unreadable| PushError::Wrong(unreadable.0.to_owned()))?;
    if said == SUCCESS { Ok(()) } else { Err(PushError::Wrong("the answer does not say success".to_owned())) }
}

fn push_error(error: &hyper_util::client::legacy::Error) -> PushError {
    let mut cause = error.source();
    while let Some(found) = cause {
        if let Some(rustls::Error::InvalidCertificate(_)) = tls_error(found) {
            return PushError::Untrusted(
                error.source().map_or_else(|| error.to_string(), ToString::to_string),
            );
        }
        match found.downcast_ref::<ConnectError>() {
            Some(forbidden @ ConnectError::Forbidden(_)) => {
                return PushError::Forbidden(forbidden.to_string());
            }
            Some(other) => return PushError::Unreachable(other.to_string()),
            None => cause = found.source(),
        }
    }
    let reason = error.source().map_or_else(|| error.to_string(), ToString::to_string);
    PushError::Unreachable(reason)
}

/// The error of TLS in an error of a connection, which may be wrapped more than once.
fn tls_error<'a>(mut error: &'a (dyn std::error::Error + 'static)) -> Option<&'a rustls::Error> {
    loop {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        error = error.downcast_ref::<std::io::Error>()?.get_ref()?;
    }
}
