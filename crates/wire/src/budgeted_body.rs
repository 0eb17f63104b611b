//! Bodies of requests to pages. They reserve their bytes in the shared budget when their first byte is read, once the sender is known.

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

/// The initial reservation of a body of unknown length, and the largest one of an unknown sender.
const INITIAL_BYTES: u64 = 64 << 10;
/// The largest initial reservation of a known sender.
const MAX_INITIAL_BYTES: u64 = 64 << 20;

/// Makes the bodies of all requests of a router reserve their bytes. A request that gets none fails with 503.
pub fn budget_bodies(router: Router, budget: Arc<BodyBudget>) -> Router {
    router.layer(from_fn_with_state(budget, budgeted))
}

async fn budgeted(State(budget): State<Arc<BodyBudget>>, request: Request, next: Next) -> Response<Body> {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let peer = Peer::of(request.extensions()).cloned();
    // The bytes of the body stay reserved until the response is ready.
    let state = Arc::<Mutex<ReservationState>>::default();
    let body_state = Arc::clone(&state);
    let request = request.map(|inner| {
        Body::new(BudgetedBody { inner, budget, peer, state: body_state, reserving: None, received: 0 })
    });
    let response = next.run(request).await;
    let is_overloaded = state.lock().unwrap_or_else(PoisonError::into_inner).is_overloaded;
    if is_overloaded {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        return response;
    }
    response
}

#[derive(Default)]
struct ReservationState {
    reservation: Option<Reservation>,
    is_overloaded: bool,
}

type Reserving = Pin<Box<dyn Future<Output = Result<Reservation, Overloaded>> + Send>>;

struct BudgetedBody {
    inner: Body,
    budget: Arc<BodyBudget>,
    peer: Option<Peer>,
    state: Arc<Mutex<ReservationState>>,
    reserving: Option<Reserving>,
    received: usize,
}

impl BudgetedBody {
    fn reserve(&self) -> Reserving {
        let holder = self.peer.as_ref().map_or(Holder::Address(UNKNOWN_ADDRESS), Peer::holder);
        let declared = self.inner.size_hint().exact().unwrap_or(INITIAL_BYTES);
        let limit = if holder.is_anonymous() { INITIAL_BYTES } else { MAX_INITIAL_BYTES };
        let needed = usize::try_from(bytes_in_memory(declared).min(limit)).unwrap_or(usize::MAX);
        let budget = Arc::clone(&self.budget);
        Box::pin(async move { budget.reserve(holder, needed).await })
    }

    /// Returns whether the received bytes are reserved. Grows the reservation if needed.
    fn is_covered(&self) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(reservation) = &mut state.reservation else { return false };
        let needed = usize::try_from(bytes_in_memory(self.received as u64)).unwrap_or(usize::MAX);
        if needed > reservation.bytes() && reservation.grow(self.received.saturating_mul(2)).is_err() {
            state.is_overloaded = true;
        }
        !state.is_overloaded
    }
}

/// Returns the bytes in memory while a form is parsed. A form with a file is in memory twice: the received bytes and the content of the file.
fn bytes_in_memory(bytes: u64) -> u64 {
    if bytes > INITIAL_BYTES { bytes.saturating_mul(2) } else { bytes }
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
                let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
                match reserved {
                    Ok(reservation) => state.reservation = Some(reservation),
                    Err(overloaded) => {
                        state.is_overloaded = true;
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
