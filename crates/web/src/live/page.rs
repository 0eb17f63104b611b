//! The response body of a live page: server-sent events while the page is open.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::body::Bytes;
use futures::{Stream, channel::mpsc};

use super::{Hub, PageOwner};

/// The range of the delay in milliseconds after which browsers reconnect: random, so that not all reconnect at the same time.
const RETRY_MS: (u64, u64) = (1_000, 4_000);

/// The events of one open page. Dropping it closes the page.
pub struct LivePage {
    hub: Arc<Hub>,
    owner: PageOwner,
    id: u64,
    retry_ms: Option<u64>,
    receiver: mpsc::Receiver<Bytes>,
}

impl LivePage {
    pub(super) fn new(hub: Arc<Hub>, owner: PageOwner, id: u64, receiver: mpsc::Receiver<Bytes>) -> Self {
        let (least, most) = RETRY_MS;
        let spread = u64::from_le_bytes(hub.env.random_bytes()) % (most - least);
        Self { hub, owner, id, retry_ms: Some(least + spread), receiver }
    }
}

impl Stream for LivePage {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(retry_ms) = self.retry_ms.take() {
            return Poll::Ready(Some(Ok(format!("retry: {retry_ms}\n\n").into())));
        }
        Pin::new(&mut self.receiver).poll_next(context).map(|message| message.map(Ok))
    }
}

impl Drop for LivePage {
    fn drop(&mut self) {
        self.hub.close(&self.owner, self.id);
    }
}
