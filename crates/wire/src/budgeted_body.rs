//! Bodies that pages read: they reserve their bytes in the shared budget when their first byte is asked for, once it is known who
//! sends them.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
};

use axum::{
    Router,
    body::{Body, HttpBody},
    extract::{Request, State},
    http::{HeaderValue, Response, StatusCode, header},
    middleware::{Next, from_fn_with_state},
};
use bytes::Bytes;
use http_body::{Frame, SizeHint};

use crate::{
    body_budget::{BodyBudget, Overloaded, Reservation, UNKNOWN_ADDRESS},
    peer::{Holder, Peer},
};

/// What a body reserves at first whose length is unknown, or whose sender is.
const FIRST_BYTES: u64 = 64 << 10;
/// What a body reserves at first at most.
const MOST_BYTES: u64 = 64 << 20;

/// Has the bodies of all requests of a router reserve their bytes. A request that gets none is answered with 503.
pub fn budget_bodies(router: Router, budget: Arc<BodyBudget>) -> Router {
    router.layer(from_fn_with_state(budget, budgeted))
}

async fn budgeted(State(budget): State<Arc<BodyBudget>>, request: Request, next: Next) -> Response<Body> {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let peer = Peer::of(request.extensions()).cloned();
    // What the body took in memory stays reserved until the response is there.
    let held = Arc::<Mutex<Held>>::default();
    let of_body = Arc::clone(&held);
    let request = request.map(|inner| {
        Body::new(BudgetedBody { inner, budget, peer, held: of_body, reserving: None, received: 0 })
    });
    let response = next.run(request).await;
    let is_overloaded = held.lock().unwrap_or_else(PoisonError::into_inner).is_overloaded;
    if is_overloaded {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        return response;
    }
    response
}

#[derive(Default)]
struct Held {
    reservation: Option<Reservation>,
    is_overloaded: bool,
}

type Reserving = Pin<Box<dyn Future<Output = Result<Reservation, Overloaded>> + Send>>;

struct BudgetedBody {
    inner: Body,
    budget: Arc<BodyBudget>,
    peer: Option<Peer>,
    held: Arc<Mutex<Held>>,
    reserving: Option<Reserving>,
    received: usize,
}

impl BudgetedBody {
    fn reserve(&self) -> Reserving {
        let holder = self.peer.as_ref().map_or(Holder::Address(UNKNOWN_ADDRESS), Peer::holder);
        let declared = self.inner.size_hint().exact().unwrap_or(FIRST_BYTES);
        let most = if holder.is_anonymous() { FIRST_BYTES } else { MOST_BYTES };
        let needed = usize::try_from(in_memory(declared).min(most)).unwrap_or(usize::MAX);
        let budget = Arc::clone(&self.budget);
        Box::pin(async move { budget.reserve(holder, needed).await })
    }

    /// Whether what has come is reserved.
    fn is_covered(&self) -> bool {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(reservation) = &mut held.reservation else { return false };
        let needed = usize::try_from(in_memory(self.received as u64)).unwrap_or(usize::MAX);
        if needed > reservation.bytes() && reservation.grow(self.received.saturating_mul(2)).is_err() {
            held.is_overloaded = true;
        }
        !held.is_overloaded
    }
}

/// Bytes that a form takes while it is taken apart. One with a file is in memory twice: what has come, and the content of the file.
fn in_memory(bytes: u64) -> u64 {
    if bytes > FIRST_BYTES { bytes.saturating_mul(2) } else { bytes }
}

impl HttpBody for BudgetedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if !self.is_covered() {
            if self.reserving.is_none() {
                self.reserving = Some(self.reserve());
            }
            if let Some(reserving) = &mut self.reserving {
                let reserved = ready!(reserving.as_mut().poll(context));
                let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
                match reserved {
                    Ok(reservation) => held.reservation = Some(reservation),
                    Err(overloaded) => {
                        held.is_overloaded = true;
                        return Poll::Ready(Some(Err(axum::Error::new(overloaded))));
                    }
                }
            }
        }
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(context));
        if let Some(data) = frame.as_ref().and_then(|frame| frame.as_ref().ok()).and_then(Frame::data_ref) {
            self.received += data.len();
            if !self.is_covered() {
                return Poll::Ready(Some(Err(axum::Error::new(Overloaded))));
            }
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
