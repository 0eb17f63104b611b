//! What all requests share.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue, header};
use carillon_domain::event::subscription::CallbackCheck;
use carillon_model::{env::Env, error::Result};
use carillon_store::{Store, Tx};

use crate::call::Call;

/// Where a proxy that speaks TLS in front of the server says so.
const FORWARDED_SCHEME: &str = "x-forwarded-proto";

/// What all requests share.
#[derive(Clone)]
pub struct Context {
    /// The data.
    pub store: Arc<Store>,
    /// Clock, randomness, settings.
    pub env: Env,
    /// The address in links, when it is not the one that the caller used.
    pub public_url: Option<Arc<str>>,
    /// Asks callbacks whether they can take events.
    pub callbacks: Arc<dyn CallbackCheck>,
}

impl Context {
    /// Does a unit of work in the organisation and in the name of a caller; returns once it is durable.
    pub async fn write<T: Send + 'static>(
        &self,
        call: Call,
        work: impl FnOnce(&mut Tx<'_>, &Call) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let corp = call.corp().clone();
        self.store.write(&corp, call.signature(), move |tx| work(tx, &call)).await
    }

    /// Where a caller reached the server, as far as it matters for links.
    pub fn origin(&self, headers: &HeaderMap) -> Origin {
        Origin {
            public_url: self.public_url.clone(),
            host: headers.get(header::HOST).cloned(),
            forwarded_scheme: headers.get(FORWARDED_SCHEME).cloned(),
        }
    }
}

/// Where a caller reached the server.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    public_url: Option<Arc<str>>,
    host: Option<HeaderValue>,
    forwarded_scheme: Option<HeaderValue>,
}

impl Origin {
    /// The address that links in answers begin with, such as `http://127.0.0.1:8080`: as configured, else as the caller
    /// wrote it.
    pub fn base_url(&self) -> String {
        if let Some(url) = &self.public_url {
            return url.to_string();
        }
        let host = self.host.as_ref().and_then(|host| host.to_str().ok());
        let is_host =
            |host: &&str| host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".:-[]".contains(&byte));
        // Whoever makes the scheme up deceives nobody but themselves.
        let is_https = self.forwarded_scheme.as_ref().is_some_and(|scheme| scheme == "https");
        let scheme = if is_https { "https" } else { "http" };
        format!("{scheme}://{}", host.filter(is_host).unwrap_or("localhost"))
    }
}
