//! What all requests share.

use std::{sync::Arc, time::Duration};

use axum::http::{HeaderValue, header, request::Parts};
use carillon_domain::{article::views, event::subscription::CallbackCheck};
use carillon_model::{env::Env, error::Result, id::CorpId};
use carillon_store::{Store, Tx};

use crate::{call::Call, peer::Peer};

/// A response that shows views of articles waits so long at most until they are written.
const VIEWS_TIMEOUT: Duration = Duration::from_secs(1);

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

    /// Writes the views of articles that are counted in memory, so that a response shows them. Reading does not depend on it: what
    /// cannot be written is missing from the response, and the job that tries it again logs why.
    pub(crate) async fn write_article_views(&self, corp: &CorpId) {
        if !self.store.article_views().is_worth_writing(corp) {
            return;
        }
        let writing = views::write_counts(Arc::clone(&self.store), self.env.clone(), corp.clone());
        let _ = tokio::time::timeout(VIEWS_TIMEOUT, writing).await;
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
