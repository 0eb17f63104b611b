//! What all requests share.

use std::sync::Arc;

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

    /// The address that links in answers begin with: as configured, else as the caller wrote it.
    pub fn base_url(&self, headers: &axum::http::HeaderMap) -> String {
        if let Some(url) = &self.public_url {
            return url.to_string();
        }
        let host = headers
            .get(axum::http::header::HOST)
            .and_then(|host| host.to_str().ok())
            .filter(|host| host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".:-[]".contains(&byte)))
            .unwrap_or("localhost");
        format!("http://{host}")
    }
}
