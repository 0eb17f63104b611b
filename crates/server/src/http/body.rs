//! Bodies as the listener sees them: a request's tells how far its connection is, a response's holds what has to last as long.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;

use super::connections::{Connection, Phase, RequestSlot};

/// The body of a request. While it has not ended, its connection waits for the client.
pub struct RequestBody {
    inner: Incoming,
    /// None once it has ended.
    connection: Option<Arc<Connection>>,
}

impl RequestBody {
    /// A body that is about to come.
    pub fn new(inner: Incoming, connection: &Arc<Connection>) -> Self {
        let is_whole = inner.is_end_stream();
        connection.begin_request(!is_whole);
        Self { inner, connection: (!is_whole).then(|| Arc::clone(connection)) }
    }

    fn end(&mut self) {
        if let Some(connection) = self.connection.take()
            && connection.phase() == Phase::Body
        {
            connection.enter(Phase::Answer);
        }
    }
}

impl HttpBody for RequestBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.inner).poll_frame(context);
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) || self.inner.is_end_stream() {
            self.end();
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        self.end();
    }
}

/// The body of a response. When it ends, its connection waits for the next request.
pub struct ResponseBody {
    inner: Body,
    /// None when the connection becomes another protocol's.
    connection: Option<Arc<Connection>>,
    /// Counts the request until then.
    _slot: Option<RequestSlot>,
}

impl ResponseBody {
    /// A body that is about to leave.
    pub fn new(inner: Body, connection: Option<Arc<Connection>>, slot: Option<RequestSlot>) -> Self {
        Self { inner, connection, _slot: slot }
    }
}

impl HttpBody for ResponseBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.inner).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Drop for ResponseBody {
    fn drop(&mut self) {
        if let Some(connection) = &self.connection {
            connection.enter(Phase::Head);
        }
    }
}
