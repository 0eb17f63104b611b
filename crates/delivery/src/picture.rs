//! Fetches pictures of other servers, for authors who paste articles. The addresses come from what they paste, so the same guard
//! as for callbacks keeps requests from internal addresses, also after each redirect.

use std::{
    error::Error as StdError,
    sync::{Arc, OnceLock},
    time::Duration,
};

use bytes::Bytes;
use carillon_model::{error::Result, settings::DeliverySettings};
use http::{HeaderMap, Request, header};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use rustls::pki_types::CertificateDer;
use url::Url;

use crate::{
    client::{self, ConnectError, GuardedClient},
    guard::Guard,
};

/// The most bytes of a picture, as for uploads.
const MAX_BYTES: usize = 20 << 20;
/// The most redirects that are followed: from http to https, and to a server of pictures.
const MAX_REDIRECTS: usize = 3;
/// The time for all requests of a picture together.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Why a picture was not fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureError {
    /// The address is no web address, or contains a password.
    InvalidAddress,
    /// The guard does not permit the address.
    Forbidden,
    /// No connection, no valid certificate, or no answer in time.
    Unreachable,
    /// The status is an error, or there were too many redirects.
    Refused,
    /// The content is too large.
    TooLarge,
}

/// Fetches pictures.
#[derive(Clone)]
pub struct PictureFetcher {
    guard: Guard,
    authorities: Arc<[CertificateDer<'static>]>,
    /// Created for the first picture, as for callbacks.
    client: Arc<OnceLock<GuardedClient>>,
}

impl PictureFetcher {
    /// Creates a fetcher with the restrictions of callbacks.
    ///
    /// # Errors
    /// A range of `[delivery] allow` or the `ca_file` cannot be used.
    pub fn new(settings: &DeliverySettings) -> Result<Self> {
        let authorities =
            settings.ca_file.as_deref().map(client::authorities).transpose()?.unwrap_or_default();
        let guard = Guard::new(&settings.allow)?;
        Ok(Self { guard, authorities: authorities.into(), client: Arc::default() })
    }

    fn client(&self) -> Result<&GuardedClient> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = client::guarded(self.guard.clone(), &self.authorities, 0)?;
        Ok(self.client.get_or_init(|| client))
    }

    /// Fetches what is at an address. The caller checks that it is a picture.
    pub async fn fetch(&self, address: &str) -> std::result::Result<Bytes, PictureError> {
        match tokio::time::timeout(TIMEOUT, self.fetch_unbounded(address)).await {
            Ok(fetched) => fetched,
            Err(_) => Err(PictureError::Unreachable),
        }
    }

    async fn fetch_unbounded(&self, address: &str) -> std::result::Result<Bytes, PictureError> {
        let client = self.client().map_err(|_| PictureError::Unreachable)?;
        let mut url = parse(address)?;
        for _ in 0..=MAX_REDIRECTS {
            let request = Request::get(url.as_str())
                // Not WebP, which articles cannot have; many servers of pictures choose by this.
                .header(header::ACCEPT, "image/png,image/jpeg,image/gif,image/bmp")
                .header(header::USER_AGENT, concat!("carillon/", env!("CARGO_PKG_VERSION")))
                .body(Full::<Bytes>::default())
                .map_err(|_| PictureError::InvalidAddress)?;
            let response = client.request(request).await.map_err(|error| connect_error(&error))?;
            if response.status().is_redirection() {
                url = location(&url, response.headers())?;
                continue;
            }
            if !response.status().is_success() {
                return Err(PictureError::Refused);
            }
            let body = Limited::new(response.into_body(), MAX_BYTES).collect().await;
            return body.map(|body| body.to_bytes()).map_err(|error| {
                if error.is::<LengthLimitError>() {
                    PictureError::TooLarge
                } else {
                    PictureError::Unreachable
                }
            });
        }
        Err(PictureError::Refused)
    }
}

fn parse(address: &str) -> std::result::Result<Url, PictureError> {
    let url = Url::parse(address).map_err(|_| PictureError::InvalidAddress)?;
    checked(url)
}

fn checked(mut url: Url) -> std::result::Result<Url, PictureError> {
    let is_web = matches!(url.scheme(), "http" | "https") && url.host_str().is_some();
    if !is_web || !url.username().is_empty() || url.password().is_some() {
        return Err(PictureError::InvalidAddress);
    }
    url.set_fragment(None);
    Ok(url)
}

fn location(base: &Url, headers: &HeaderMap) -> std::result::Result<Url, PictureError> {
    let location = headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
    let next = base.join(location.ok_or(PictureError::Refused)?).map_err(|_| PictureError::Refused)?;
    checked(next)
}

/// Tells what the guard refused from what could not be reached.
fn connect_error(error: &(dyn StdError + 'static)) -> PictureError {
    let mut source = Some(error);
    while let Some(error) = source {
        if let Some(ConnectError::Forbidden(_) | ConnectError::ForbiddenName) = error.downcast_ref() {
            return PictureError::Forbidden;
        }
        source = error.source();
    }
    PictureError::Unreachable
}
