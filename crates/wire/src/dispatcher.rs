//! Calls of operations from inside of the server: an operator tries one with an app. They take the way of a call from outside, from the
//! router on, so that rights, limits, the journal and faults are the same.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::{Duration, Instant},
};

use axum::{
    body::{Body, Bytes, to_bytes},
    http::{HeaderValue, Request, header},
};
use carillon_model::{
    error::{Error, Result, Rule},
    id::{CorpId, UserId},
    time::{SECOND_MS, Timestamp},
};
use serde_json::Value;

use crate::{
    body::{self, BodyFormats, Limits, RawRequest},
    call::Call,
    handler::{Paths, Served, find_by_id, serve_from_inside},
    operation::{Dialect, Operation},
};

/// Calls that an operator may make in a minute.
pub const CALLS_PER_MINUTE: u32 = 60;
/// Bytes of the body of a response: no operation returns more.
const RESPONSE_BYTES: usize = 256 << 20;
const MINUTE_MS: i64 = 60 * SECOND_MS;
/// Operators whose calls are counted. With more of them at once, the oldest counts are forgotten.
const MAX_COUNTED: usize = 10_000;

/// Calls operations from inside of the server. It knows them once [`crate::Operations`] were made with its context, for as long as
/// their router lives.
#[derive(Clone, Default)]
pub struct Dispatcher(Arc<Inner>);

#[derive(Default)]
struct Inner {
    paths: Mutex<Weak<Paths>>,
    /// When the minute of an operator began, and the calls in it.
    counts: Mutex<HashMap<(CorpId, UserId), (Timestamp, u32)>>,
}

/// Marks a request from inside, whose response gets the [`RequestId`].
#[derive(Clone, Copy)]
pub(crate) struct FromInside;

/// The id of a request, among the extensions of its response.
#[derive(Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// An operation that can be called.
pub struct Target {
    paths: Arc<Paths>,
    served: Arc<Served>,
}

/// A request without its token.
#[derive(Clone, Debug)]
pub struct InnerRequest {
    /// The method, which the operation has to accept.
    pub method: String,
    /// Path and query. Values in it are encoded.
    pub path_and_query: String,
    /// The fields in the path.
    pub path_fields: Vec<(String, String)>,
    /// The type of the body; `None` without one.
    pub content_type: Option<String>,
    /// The body.
    pub body: Bytes,
}

/// A response.
#[derive(Clone, Debug)]
pub struct InnerResponse {
    /// The HTTP status.
    pub status: u16,
    /// The headers in their order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
    /// From the call to the response.
    pub took: Duration,
    /// The id of the request.
    pub request_id: String,
}

impl Dispatcher {
    pub(crate) fn connect(&self, paths: &Arc<Paths>) {
        *self.0.paths.lock().unwrap_or_else(PoisonError::into_inner) = Arc::downgrade(paths);
    }

    /// Returns the operation of an id.
    ///
    /// # Errors
    /// There are no operations any more: the server stops.
    pub fn find(&self, id: &str) -> Result<Option<Target>> {
        let paths = self.0.paths.lock().unwrap_or_else(PoisonError::into_inner).upgrade();
        let paths = paths.ok_or_else(|| Error::internal("no operations can be called from inside"))?;
        let served = find_by_id(&paths, id);
        Ok(served.map(|served| Target { paths, served }))
    }

    /// Counts a call of an operator.
    ///
    /// # Errors
    /// [`Rule::TooManyTrials`] for the call after the last one of a minute.
    pub fn count(&self, corp: &CorpId, userid: &UserId, now: Timestamp) -> Result<()> {
        let mut counts = self.0.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = |began: Timestamp| now.0.saturating_sub(began.0) >= MINUTE_MS || began.0 > now.0;
        if counts.len() >= MAX_COUNTED {
            counts.retain(|_, (began, _)| !is_over(*began));
        }
        if counts.len() >= MAX_COUNTED
            && let Some(oldest) =
                counts.iter().min_by_key(|(_, (began, _))| began.0).map(|(key, _)| key.clone())
        {
            counts.remove(&oldest);
        }
        let (began, count) = counts.entry((corp.clone(), userid.clone())).or_insert((now, 0));
        if is_over(*began) {
            (*began, *count) = (now, 0);
        }
        if *count >= CALLS_PER_MINUTE {
            return Err(Rule::TooManyTrials.into());
        }
        *count += 1;
        Ok(())
    }
}

impl Target {
    /// The declaration.
    pub fn operation(&self) -> &Operation {
        &self.served.operation
    }

    /// Calls it for an operator, with the token of an app. The call comes from the address of the operator.
    ///
    /// # Errors
    /// The request is none of HTTP.
    pub async fn call(&self, call: &Call, inner: InnerRequest, token: &str) -> Result<InnerResponse> {
        let mut address = inner.path_and_query;
        let mut request = Request::builder().method(inner.method.as_str());
        match self.operation().dialect {
            Dialect::Legacy => {
                let separator = if address.contains('?') { '&' } else { '?' };
                address = format!("{address}{separator}access_token={token}");
            }
            Dialect::V1 => request = request.header("x-acs-dingtalk-access-token", token),
        }
        if let Some(content_type) = inner.content_type {
            request = request.header(header::CONTENT_TYPE, content_type);
        }
        let request = request.uri(address).extension(FromInside).body(Body::from(inner.body));
        let mut request = request.map_err(Error::internal)?;
        call.origin.apply_to(&mut request);
        let began = Instant::now();
        let (head, body) = serve_from_inside(&self.paths, request).await.into_parts();
        let took = began.elapsed();
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        Ok(InnerResponse {
            status: head.status.as_u16(),
            headers: head.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect(),
            body: to_bytes(body, RESPONSE_BYTES).await.map_err(Error::internal)?,
            took,
            request_id: head.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default(),
        })
    }

    /// Returns the fields of a request as the operation gets them. `None` if it would refuse them.
    pub fn fields(&self, inner: &InnerRequest) -> Option<Value> {
        let operation = self.operation();
        let formats = match operation.dialect {
            Dialect::V1 if !operation.takes_file => BodyFormats::Json,
            Dialect::Legacy | Dialect::V1 => BodyFormats::All,
        };
        let raw = RawRequest {
            query: inner.path_and_query.split_once('?').map(|(_, query)| query),
            content_type: inner.content_type.as_deref(),
            body: if operation.raw_body.is_some() { Bytes::new() } else { inner.body.clone() },
            formats,
        };
        let mut fields = body::parse(&raw, &Limits::default()).ok()?.fields;
        let path_fields = inner.path_fields.iter().cloned();
        fields.extend(path_fields.map(|(name, value)| (name, Value::String(value))));
        operation.decode_fields(fields).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calls_of_a_minute_are_counted_for_each_operator() {
        let dispatcher = Dispatcher::default();
        let corp = CorpId::from("corp");
        let count = |userid: &str, at: i64| dispatcher.count(&corp, &UserId::from(userid), Timestamp(at));
        for _ in 0..CALLS_PER_MINUTE {
            count("ann", 1_000).expect("within the limit");
        }
        assert!(matches!(count("ann", 60_999), Err(Error::Rule(Rule::TooManyTrials))));
        count("bob", 60_999).expect("another operator");
        count("ann", 61_000).expect("another minute");
        // A clock that was set back begins a minute too.
        for _ in 0..CALLS_PER_MINUTE {
            count("ann", 500).expect("another minute");
        }
        assert!(count("ann", 501).is_err());
    }

    #[test]
    fn the_number_of_counted_operators_is_limited() {
        let dispatcher = Dispatcher::default();
        let corp = CorpId::from("corp");
        for number in 0..=MAX_COUNTED {
            let userid = UserId::from(format!("user{number}").as_str());
            dispatcher.count(&corp, &userid, Timestamp(1_000)).expect("within the limit");
        }
        assert_eq!(dispatcher.0.counts.lock().expect("no panic").len(), MAX_COUNTED);
    }
}
