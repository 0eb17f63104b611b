//! Checks whether addresses can be reached, without sending an event.

use std::error::Error as StdError;

use bytes::Bytes;
use carillon_model::{error::Result, settings::DeliverySettings};
use http::{Method, Request, StatusCode, Uri, header};
use http_body_util::Full;
use hyper_rustls::HttpsConnector;
use tower_service::Service;

use crate::{
    client::{self, Connector, GuardedClient},
    guard::Guard,
};

/// All addresses: an administrator's own checks need no guard.
const EVERYWHERE: [&str; 2] = ["0.0.0.0/0", "::/0"];

/// Connects to addresses as deliveries do.
#[derive(Clone)]
pub struct Probe {
    connector: HttpsConnector<Connector>,
    client: GuardedClient,
}

/// The head of a response.
pub struct ProbeResponse {
    /// The HTTP status.
    pub status: StatusCode,
    /// The `Date` header, unparsed. None if it is missing or not text.
    pub date: Option<String>,
}

impl Probe {
    /// Creates a probe with the restrictions of callbacks.
    ///
    /// # Errors
    /// A range of `[delivery] allow` or the `ca_file` cannot be used.
    pub fn for_callbacks(settings: &DeliverySettings) -> Result<Self> {
        Self::new(settings, &settings.allow)
    }

    /// Creates a probe that may connect to any address.
    ///
    /// # Errors
    /// The `ca_file` of `[delivery]` cannot be used.
    pub fn unrestricted(settings: &DeliverySettings) -> Result<Self> {
        Self::new(settings, &EVERYWHERE.map(str::to_owned))
    }

    fn new(settings: &DeliverySettings, allow: &[String]) -> Result<Self> {
        let guard = Guard::new(allow)?;
        let authorities =
            settings.ca_file.as_deref().map(client::authorities).transpose()?.unwrap_or_default();
        let client = client::guarded(guard.clone(), &authorities, 0)?;
        Ok(Self { connector: client::connector(guard, &authorities)?, client })
    }

    /// Resolves the host, connects, and performs the TLS handshake for https. Sends no request.
    ///
    /// # Errors
    /// The reason, as text that does not contain the address.
    pub async fn connect(&self, url: &str) -> std::result::Result<(), String> {
        let uri = uri(url)?;
        self.connector.clone().call(uri).await.map(drop).map_err(|error| error.to_string())
    }

    /// Sends a GET request and returns the head of the response.
    ///
    /// # Errors
    /// The reason, as text that does not contain the address.
    pub async fn get(&self, url: &str) -> std::result::Result<ProbeResponse, String> {
        let request = Request::builder()
            .method(Method::GET)
            .uri(uri(url)?)
            .body(Full::<Bytes>::default())
            .map_err(|error| error.to_string())?;
        let response = self.client.request(request).await.map_err(|error| root_cause(&error))?;
        let date = response.headers().get(header::DATE).and_then(|date| date.to_str().ok());
        Ok(ProbeResponse { status: response.status(), date: date.map(str::to_owned) })
    }
}

fn uri(url: &str) -> std::result::Result<Uri, String> {
    url.parse().map_err(|_| "the address cannot be read".to_owned())
}

/// Returns the root cause of an error: the outer layers only say that there was one.
fn root_cause(error: &(dyn StdError + 'static)) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
