//! Rules for the body of every request: a minimum rate, and draining of bodies that are not read.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, HttpBody},
    extract::{Request, State},
    http::{HeaderValue, Response, StatusCode, header},
    middleware::{Next, from_fn_with_state},
};
use bytes::Bytes;
use http_body_util::BodyExt;
use tokio::{
    runtime::Handle,
    time::{Instant, Sleep, sleep_until},
};

/// The minimum rate of a request body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyPace {
    /// The time before the rate applies.
    pub grace: Duration,
    /// Bytes a second after that, on average.
    pub bytes_per_second: u64,
    /// Bytes of an unread body that are drained before the connection closes.
    pub drained_bytes: u64,
}

impl Default for BodyPace {
    fn default() -> Self {
        Self { grace: Duration::from_secs(30), bytes_per_second: 64 << 10, drained_bytes: 64 << 20 }
    }
}

/// The body was slower than the minimum rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the body of the request comes too slowly")]
pub struct BodyTooSlow;

/// Marks a response that already reports a slow body or an overloaded server in its own dialect.
#[derive(Clone, Copy)]
pub(crate) struct ReportsBodyError;

/// Applies a minimum rate to the bodies of all requests of a router, and drains those that it does not read.
pub fn pace_bodies(router: Router, pace: BodyPace) -> Router {
    router.layer(from_fn_with_state(pace, paced))
}

async fn paced(State(pace): State<BodyPace>, request: Request, next: Next) -> Response<Body> {
    pace_body(pace, request, |request| next.run(request)).await
}

/// Applies a minimum rate to the body of one request, and drains it if `serve` does not read it.
pub async fn pace_body<Serving: Future<Output = Response<Body>>>(
    pace: BodyPace,
    request: Request,
    serve: impl FnOnce(Request) -> Serving,
) -> Response<Body> {
    if request.body().is_end_stream() {
        return serve(request).await;
    }
    let waits_to_send = request.headers().contains_key(header::EXPECT);
    let is_late = Arc::new(AtomicBool::new(false));
    let late = Arc::clone(&is_late);
    let request = request.map(|inner| Body::new(PacedBody::new(inner, pace, !waits_to_send, late)));
    let response = serve(request).await;
    if is_late.load(Ordering::Relaxed) {
        metrics::counter!("carillon_slow_bodies_total").increment(1);
        if response.extensions().get::<ReportsBodyError>().is_none() {
            return closing_response(StatusCode::REQUEST_TIMEOUT);
        }
    }
    response
}

/// Returns an empty response that closes the connection.
fn closing_response(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

struct PacedBody {
    /// `None` at the end of the body.
    inner: Option<Body>,
    pace: BodyPace,
    started_at: Instant,
    received: u64,
    /// Set once the body has to be waited for: most arrive with their head.
    deadline: Option<Pin<Box<Sleep>>>,
    is_late: Arc<AtomicBool>,
    /// The client sends: it did not wait for `100 Continue`, or was told to continue.
    is_coming: bool,
}

impl PacedBody {
    fn new(inner: Body, pace: BodyPace, is_coming: bool, is_late: Arc<AtomicBool>) -> Self {
        let started_at = Instant::now();
        Self { inner: Some(inner), pace, started_at, received: 0, deadline: None, is_late, is_coming }
    }

    /// Returns when the body becomes too slow unless more bytes arrive.
    fn rate_deadline(&self) -> Instant {
        let earned = self.received.saturating_mul(1000) / self.pace.bytes_per_second.max(1);
        self.started_at + self.pace.grace + Duration::from_millis(earned)
    }

    /// Reads and drops the rest at the same minimum rate, so that the client can finish sending and read the response.
    async fn drain(mut self) {
        let limit = self.pace.drained_bytes;
        while self.received < limit && matches!(self.frame().await, Some(Ok(_))) {}
        // A body that is not read to its end closes the connection.
        self.inner = None;
    }
}

impl HttpBody for PacedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        this.is_coming = true;
        let Some(inner) = &mut this.inner else { return Poll::Ready(None) };
        if let Poll::Ready(frame) = Pin::new(inner).poll_frame(context) {
            match &frame {
                Some(Ok(frame)) => this.received += frame.data_ref().map_or(0, |data| data.len() as u64),
                Some(Err(_)) | None => this.inner = None,
            }
            return Poll::Ready(frame);
        }
        loop {
            let rate_deadline = this.rate_deadline();
            let deadline = this.deadline.get_or_insert_with(|| Box::pin(sleep_until(rate_deadline)));
            ready!(deadline.as_mut().poll(context));
            if rate_deadline <= Instant::now() {
                this.inner = None;
                this.is_late.store(true, Ordering::Relaxed);
                return Poll::Ready(Some(Err(axum::Error::new(BodyTooSlow))));
            }
            deadline.as_mut().reset(rate_deadline);
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.inner.as_ref().map_or_else(|| http_body::SizeHint::with_exact(0), HttpBody::size_hint)
    }
}

impl Drop for PacedBody {
    fn drop(&mut self) {
        let Some(inner) = self.inner.take().filter(|inner| self.is_coming && !inner.is_end_stream()) else {
            return;
        };
        let Ok(runtime) = Handle::try_current() else { return };
        let rest = Self {
            inner: Some(inner),
            pace: self.pace,
            started_at: self.started_at,
            received: self.received,
            deadline: None,
            is_late: Arc::default(),
            is_coming: false,
        };
        runtime.spawn(rest.drain());
    }
}

/// Returns whether reading a body failed because it was too slow.
pub(crate) fn is_too_slow(error: &(dyn std::error::Error + 'static)) -> bool {
    has_cause::<BodyTooSlow>(error)
}

/// Returns whether an error or one of its causes is of a type.
pub(crate) fn has_cause<Cause: std::error::Error + 'static>(
    error: &(dyn std::error::Error + 'static),
) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.is::<Cause>() {
            return true;
        }
        // `source` of an io::Error skips the error inside of it.
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = inner.map(|inner| inner as &(dyn std::error::Error + 'static)).or_else(|| error.source());
    }
    false
}
