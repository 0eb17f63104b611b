//! Sends one message to a callback and interprets the response.

use std::{
    error::Error as _,
    fmt,
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

/// The largest response body that is read.
const MAX_RESPONSE_BYTES: usize = 64 << 10;
/// The delivery log stores this much of a response body.
const MAX_LOGGED_BYTES: usize = 256;
/// The longest `Retry-After` that is respected.
const MAX_RETRY_AFTER_MS: i64 = HOUR_MS;
/// The message of the handshake, byte for byte as documented.
const CHECK_URL: &str = r#"{"EventType":"check_url"}"#;
/// The decrypted response of a receiver that accepted the message.
const SUCCESS_TEXT: &str = "success";

/// Sends messages to callbacks.
#[derive(Clone)]
pub struct Callbacks {
    env: Env,
    guard: Guard,
    /// Certificate authorities that are trusted in addition to those of the operating system.
    authorities: Arc<[CertificateDer<'static>]>,
    /// Created for the first message: loading the system's certificates takes time and memory that a server without callbacks need not
    /// spend.
    client: Arc<OnceLock<GuardedClient>>,
}

/// Why a message does not count as delivered.
enum PushError {
    /// The address is in a range that callbacks may not use.
    Forbidden(String),
    /// No connection could be made, or the peer does not speak HTTP.
    Unreachable(String),
    /// The TLS certificate is invalid.
    Untrusted(String),
    Status(StatusCode),
    /// A redirect to another address. Redirects are not followed.
    Redirect(StatusCode, String),
    InvalidResponse(String),
}

/// The result of one request and its response.
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
struct CallbackRequest<'a> {
    encrypt: &'a str,
}

#[derive(Deserialize)]
struct CallbackResponse {
    msg_signature: String,
    #[serde(rename = "timeStamp")]
    time_stamp: TextOrNumber,
    nonce: TextOrNumber,
    encrypt: String,
}

/// Some receivers send a number where the documentation has a string.
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
    /// Creates a sender from the delivery settings.
    ///
    /// # Errors
    /// A range of `[delivery] allow` or the `ca_file` is invalid.
    pub fn new(env: &Env) -> Result<Self> {
        let settings = &env.settings.delivery;
        let guard = Guard::new(&settings.allow)?;
        // Loaded now, so that a mistake is reported at the start and not at the first delivery.
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

    /// Sends a message. Returns the attempt for the delivery log and its outcome.
    pub async fn push(&self, callback: &Callback, message: &str) -> (Attempt, DeliveryOutcome) {
        let started_at = self.env.now();
        let started = Instant::now();
        let exchange = self.exchange(callback, message).await;
        let (problem, outcome) = match &exchange.result {
            Ok(()) => (String::new(), DeliveryOutcome::Delivered),
            Err(error) => {
                (error.to_string(), DeliveryOutcome::Failed { retry_after_ms: exchange.retry_after_ms })
            }
        };
        let attempt = Attempt {
            started_at,
            took_ms: i64::try_from(started.elapsed().as_millis()).unwrap_or(i64::MAX),
            status: exchange.status.map(|status| status.as_u16().into()),
            answer: exchange.answer,
            problem,
        };
        (attempt, outcome)
    }

    /// Limits the whole exchange to the timeout: resolving the host, connecting, sending, and reading the response.
    async fn exchange(&self, callback: &Callback, message: &str) -> Exchange {
        match tokio::time::timeout(self.timeout(), self.exchange_unbounded(callback, message)).await {
            Ok(exchange) => exchange,
            Err(_) => Exchange::failed(PushError::Unreachable(self.timeout_message())),
        }
    }

    fn timeout(&self) -> Duration {
        Duration::from_millis(self.env.settings.delivery.answer_ms)
    }

    fn timeout_message(&self) -> String {
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
        let body = Limited::new(body, MAX_RESPONSE_BYTES).collect().await.map(|body| body.to_bytes());
        let result = match &body {
            Ok(body) if parts.status == StatusCode::OK => read_response(callback, body),
            Ok(_) if parts.status.is_redirection() => {
                Err(PushError::Redirect(parts.status, location(&parts.headers)))
            }
            Ok(_) => Err(PushError::Status(parts.status)),
            Err(error) => Err(PushError::InvalidResponse(format!("the answer cannot be read: {error}"))),
        };
        let logged = body.unwrap_or_default();
        let logged = String::from_utf8_lossy(&logged[..logged.len().min(MAX_LOGGED_BYTES)]).into_owned();
        Exchange { status: Some(parts.status), answer: logged, retry_after_ms, result }
    }

    fn request(&self, callback: &Callback, message: &str) -> Result<Request<Full<Bytes>>, PushError> {
        let envelope =
            cryptography::seal(&self.env, &callback.token, &callback.aes_key, &callback.owner_key, message)
                .map_err(|error| PushError::InvalidResponse(error.0.to_owned()))?;
        let mut url = parse(&callback.url).map_err(|reason| PushError::InvalidResponse(reason.to_owned()))?;
        url.query_pairs_mut()
            .append_pair("signature", &envelope.signature)
            .append_pair("msg_signature", &envelope.signature)
            .append_pair("timestamp", &envelope.timestamp)
            .append_pair("nonce", &envelope.nonce);
        let body = serde_json::to_vec(&CallbackRequest { encrypt: &envelope.encrypt });
        let body = body.map_err(|error| PushError::InvalidResponse(error.to_string()))?;
        Request::post(url.as_str())
            .header(header::CONTENT_TYPE, "application/json;charset=utf-8")
            .header(header::USER_AGENT, concat!("carillon/", env!("CARGO_PKG_VERSION")))
            .body(Full::new(Bytes::from(body)))
            .map_err(|error| PushError::InvalidResponse(error.to_string()))
    }

    /// Reads `Retry-After`, in seconds or as a date. Returns 0 if the header is missing or invalid.
    fn retry_after_ms(&self, headers: &HeaderMap) -> i64 {
        let Some(value) = headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()) else {
            return 0;
        };
        let value = value.trim();
        let ms = value.parse::<i64>().map(|seconds| seconds.saturating_mul(SECOND_MS)).ok().or_else(|| {
            let date = jiff::fmt::rfc2822::parse(value).ok()?;
            Some(date.timestamp().as_millisecond().saturating_sub(self.env.now().0))
        });
        ms.unwrap_or(0).clamp(0, MAX_RETRY_AFTER_MS)
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
                PushError::Forbidden(_) => (Rule::CallbackHostForbidden, error.to_string()),
                // A caller who registers callbacks must not learn about the internal network. An unknown or internal host, a closed or
                // filtered port, and a service that speaks another protocol are therefore indistinguishable: the same text, after the same
                // time.
                PushError::Unreachable(_) => {
                    tokio::time::sleep_until(deadline).await;
                    tracing::info!(reason = %error, "a callback cannot be reached");
                    (Rule::CallbackUnreachable, format!("无法连接或响应超时, {}", sender.timeout_message()))
                }
                PushError::Untrusted(reason) => {
                    (Rule::CallbackUnreachable, format!("HTTPS证书校验失败, {reason}"))
                }
                PushError::Status(_) | PushError::Redirect(..) => {
                    (Rule::CallbackUnreachable, error.to_string())
                }
                PushError::InvalidResponse(_) => (Rule::CallbackAnswerWrong, error.to_string()),
            };
            Err(Error::because(rule, reason))
        })
    }
}

impl fmt::Display for PushError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Forbidden(reason)
            | Self::Unreachable(reason)
            | Self::Untrusted(reason)
            | Self::InvalidResponse(reason) => f.write_str(reason),
            Self::Redirect(status, location) => {
                write!(f, "不允许3xx跳转.http statusCode is:{}跳转后地址为:{location}", status.as_u16())
            }
            Self::Status(status) => write!(f, "http statusCode is:{}", status.as_u16()),
        }
    }
}

/// Returns the `Location` header, shortened for the log.
fn location(headers: &HeaderMap) -> String {
    let location = headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
    location.unwrap_or_default().chars().take(MAX_LOGGED_BYTES).collect()
}

/// Parses the URL of a callback: absolute, http or https, and without a user name or password.
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

fn read_response(callback: &Callback, body: &[u8]) -> Result<(), PushError> {
    let answer: CallbackResponse = serde_json::from_slice(body).map_err(|error| {
        PushError::InvalidResponse(format!("the answer is not the documented JSON: {error}"))
    })?;
    let envelope = Envelope {
        signature: answer.msg_signature,
        timestamp: answer.time_stamp.into_text(),
        nonce: answer.nonce.into_text(),
        encrypt: answer.encrypt,
    };
    let plaintext = cryptography::open(&envelope, &callback.token, &callback.aes_key, &callback.owner_key)
        .map_err(|error| PushError::InvalidResponse(error.0.to_owned()))?;
    if plaintext == SUCCESS_TEXT {
        Ok(())
    } else {
        Err(PushError::InvalidResponse("the answer does not say success".to_owned()))
    }
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

/// Finds the TLS error in an error of a connection, which may be wrapped more than once.
fn tls_error<'a>(mut error: &'a (dyn std::error::Error + 'static)) -> Option<&'a rustls::Error> {
    loop {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        error = error.downcast_ref::<std::io::Error>()?.get_ref()?;
    }
}
