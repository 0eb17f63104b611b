//! Pictures on other servers, which the server copies for authors of articles. The connections belong to `delivery`, whose guard
//! keeps them from internal addresses; this crate only asks.

use std::sync::Arc;

use axum::body::Bytes;
use futures::future::BoxFuture;
use tokio::sync::Semaphore;

/// The most pictures that are copied at the same time: each takes up to 20 MB.
const MAX_CONCURRENT: usize = 4;

/// Why a picture was not fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemotePictureError {
    /// This server fetches none.
    Off,
    /// The address is no web address.
    InvalidAddress,
    /// The guard does not permit the address.
    Forbidden,
    /// No connection, no valid certificate, or no answer in time.
    Unreachable,
    /// The other server answered with an error.
    Refused,
    /// It is larger than pictures may be.
    TooLarge,
    /// Too many others are being copied.
    Busy,
}

/// Fetches the content at an address.
pub type Fetch =
    dyn Fn(String) -> BoxFuture<'static, std::result::Result<Bytes, RemotePictureError>> + Send + Sync;

/// Fetches pictures, a few at a time.
#[derive(Clone)]
pub struct RemotePictures {
    fetch: Option<Arc<Fetch>>,
    permits: Arc<Semaphore>,
}

impl RemotePictures {
    /// Fetches by a function, or nothing at all.
    pub fn new(fetch: Option<Arc<Fetch>>) -> Self {
        Self { fetch, permits: Arc::new(Semaphore::new(MAX_CONCURRENT)) }
    }

    pub(crate) async fn fetch(&self, address: &str) -> std::result::Result<Bytes, RemotePictureError> {
        let Some(fetch) = &self.fetch else { return Err(RemotePictureError::Off) };
        let _permit = self.permits.try_acquire().map_err(|_| RemotePictureError::Busy)?;
        fetch(address.to_owned()).await
    }
}
