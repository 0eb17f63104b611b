//! What all requests share.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue, header};
use carillon_model::{env::Env, error::Result};
use carillon_store::{Store, Tx};

use crate::call::Call;

/// What all requests share.
#[derive(Clone)]
pub struct Context {
    /// The data.
    pub store: Arc<Store>,
    /// Clock, randomness, settings.
    pub env: Env,
    /// The address in links, when it is not the one that the caller used.
    pub public_url: Option<Arc<str>>,
}

impl Context {
    /// Does a unit of work in a caller's name; answers once it is durable.
    pub async fn write<T: Send + 'static>(
        &self,
        call: Call,
        work: impl FnOnce(&mut Tx<'_>, &Call) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.store.write(move |tx| call.sign(tx, |tx| work(tx, &call))).await
    }

    /// Where a caller reached the server, as far as it matters for links.
    pub fn origin(&self, headers: &HeaderMap) -> Origin {
        Origin { public_url: self.public_url.clone(), host: headers.get(header::HOST).cloned() }
    }
}

/// Where a caller reached the server.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    public_url: Option<Arc<str>>,
    host: Option<HeaderValue>,
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
        format!("http://{}", host.filter(is_host).unwrap_or("localhost"))
    }
}
