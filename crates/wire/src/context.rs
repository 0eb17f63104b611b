//! What all requests share.

use std::sync::Arc;

use axum::http::{HeaderValue, header, request::Parts};
use carillon_domain::event::subscription::CallbackCheck;
use carillon_model::{env::Env, error::Result};
use carillon_store::{Store, Tx};

use crate::{call::Call, peer::Peer};

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
    pub fn origin(&self, request: &Parts) -> Origin {
        Origin {
            public_url: self.public_url.clone(),
            host: request.headers.get(header::HOST).cloned(),
            is_https: Peer::of(&request.extensions).is_some_and(|peer| peer.is_https),
        }
    }
}

/// Where a caller reached the server.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    public_url: Option<Arc<str>>,
    host: Option<HeaderValue>,
    is_https: bool,
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
        let scheme = if self.is_https { "https" } else { "http" };
        format!("{scheme}://{}", host.filter(is_host).unwrap_or("localhost"))
    }
}
