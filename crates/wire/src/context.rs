//! The shared state of all requests.

use std::{net::IpAddr, sync::Arc, time::Duration};

use axum::http::{HeaderValue, Request, header, request::Parts};
use carillon_domain::{article::views, call, event::subscription::CallbackCheck, system::SystemSource};
use carillon_model::{
    env::Env,
    error::Result,
    id::{CorpId, UserId},
};
use carillon_store::{Store, Tx};

use crate::{call::Call, dispatcher::Dispatcher, peer::Peer};

/// The longest that a response with views of articles, or calls, waits until they are written.
const VIEWS_TIMEOUT: Duration = Duration::from_secs(1);

/// The shared state of all requests.
#[derive(Clone)]
pub struct Context {
    /// The store.
    pub store: Arc<Store>,
    /// Clock, randomness, settings.
    pub env: Env,
    /// The configured base of links; `None`: the address that the caller used.
    pub public_url: Option<Arc<str>>,
    /// Checks that callbacks accept events.
    pub callbacks: Arc<dyn CallbackCheck>,
    /// Counts wrong passwords, in memory.
    pub sign_in_lock: Arc<dyn SignInLock>,
    /// Reports the state of the server.
    pub system: Arc<dyn SystemSource>,
    /// Calls operations from inside of the server.
    pub dispatcher: Dispatcher,
}

/// What keeps members from signing in after too many wrong passwords.
pub trait SignInLock: Send + Sync {
    /// Forgets the wrong passwords of a member, and of the addresses with attempts.
    fn unlock(&self, corp: &CorpId, userid: &UserId);
}

impl<F: Fn(&CorpId, &UserId) + Send + Sync> SignInLock for F {
    fn unlock(&self, corp: &CorpId, userid: &UserId) {
        self(corp, userid);
    }
}

impl Context {
    /// Runs a unit of work in the organisation of a caller, who signs it. Returns once it is durable.
    pub async fn write<T: Send + 'static>(
        &self,
        call: Call,
        work: impl FnOnce(&mut Tx<'_>, &Call) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let corp = call.corp().clone();
        self.store.write(&corp, call.signature(), move |tx| work(tx, &call)).await
    }

    /// Writes the views of articles that are counted in memory, so that a response includes them. Does not fail: views that cannot be
    /// written are missing from the response, and the job that retries logs the reason.
    pub(crate) async fn write_article_views(&self, corp: &CorpId) {
        if !self.store.article_views().should_write(corp) {
            return;
        }
        let writing = views::write_counts(Arc::clone(&self.store), self.env.clone(), corp.clone());
        let _ = tokio::time::timeout(VIEWS_TIMEOUT, writing).await;
    }

    /// Writes the calls that are recorded in memory, so that a response includes them. Does not fail: the job logs the reason.
    pub(crate) async fn write_calls(&self, corp: &CorpId) {
        let writing = call::write(Arc::clone(&self.store), self.env.clone(), corp.clone());
        let _ = tokio::time::timeout(VIEWS_TIMEOUT, writing).await;
    }

    /// Returns the address at which a caller reached the server, for links.
    pub fn origin(&self, request: &Parts) -> Origin {
        Origin {
            public_url: self.public_url.clone(),
            host: request.headers.get(header::HOST).cloned(),
            is_https: Peer::of(&request.extensions).is_some_and(|peer| peer.is_https),
            peer: Peer::of(&request.extensions).map(|peer| peer.address),
        }
    }
}

/// The address at which a caller reached the server.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    public_url: Option<Arc<str>>,
    host: Option<HeaderValue>,
    is_https: bool,
    /// The address of the caller; `None` outside of a listener.
    peer: Option<IpAddr>,
}

impl Origin {
    /// Gives a request that the server makes for the caller the same host and address.
    pub(crate) fn apply_to<B>(&self, request: &mut Request<B>) {
        if let Some(host) = &self.host {
            request.headers_mut().insert(header::HOST, host.clone());
        }
        // A new one: what the request holds in memory counts for the app, and not for the session of the operator.
        if let Some(address) = self.peer {
            request.extensions_mut().insert(Peer::new(address, self.is_https));
        }
    }

    /// Returns the base of links, such as `http://127.0.0.1:8080`: the configured one, else the one that the caller used.
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
