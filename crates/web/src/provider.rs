//! Providers of single sign-on. The connections belong to `delivery`; this crate only asks.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use carillon_domain::sign_on::Client;
use carillon_model::sign_on::{Answer, Begun, Identity, Logout, ProviderError, SignOn};
use futures::future::BoxFuture;

/// The most requests that wait for providers at the same time.
const MAX_CONCURRENT: usize = 64;
/// The most that wait for one of them: a slow one must not hold up others.
const MAX_CONCURRENT_AT_ONE: usize = 16;

/// A client of an organisation, and the address that its provider sends browsers back to.
#[derive(Clone)]
pub struct AtProvider {
    /// The client.
    pub client: Arc<Client>,
    /// The address.
    pub redirect_uri: String,
}

/// Talks to providers.
pub trait IdentityProvider: Send + Sync {
    /// Begins a sign-in. `confirms` makes the provider ask for the password again.
    fn begin(&self, of: AtProvider, confirms: bool) -> BoxFuture<'static, Result<Begun, ProviderError>>;

    /// Redeems the code that a browser brought back.
    fn redeem(&self, of: AtProvider, answer: Answer) -> BoxFuture<'static, Result<Identity, ProviderError>>;

    /// The page of an issuer for signing out, if it has one.
    fn sign_out_page(&self, issuer: String) -> BoxFuture<'static, Result<Option<String>, ProviderError>>;

    /// Returns the issuer and the clients that a logout token states, unverified; `None` if it is no token.
    fn stated_client(&self, token: &str) -> Option<(String, Vec<String>)>;

    /// Verifies a logout token of the provider of an organisation.
    fn verify_logout(
        &self,
        settings: SignOn,
        token: String,
    ) -> BoxFuture<'static, Result<Logout, ProviderError>>;

    /// Reads the configuration of an issuer anew.
    fn check(&self, issuer: String) -> BoxFuture<'static, Result<(), ProviderError>>;
}

/// Providers, a limited number of requests at a time.
#[derive(Clone)]
pub struct Providers {
    connections: Option<Arc<dyn IdentityProvider>>,
    under_way: Arc<Mutex<HashMap<String, usize>>>,
}

/// Why a provider did not help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unavailable {
    /// Too many sign-ins wait for it.
    Busy,
    /// It failed.
    Failed(ProviderError),
}

impl Providers {
    /// Talks by an implementation, or not at all.
    pub fn new(connections: Option<Arc<dyn IdentityProvider>>) -> Self {
        Self { connections, under_way: Arc::default() }
    }

    pub(crate) async fn begin(&self, of: AtProvider, confirms: bool) -> Result<Begun, Unavailable> {
        let issuer = of.client.settings.issuer.clone();
        self.limited(&issuer, |connections| connections.begin(of, confirms)).await
    }

    pub(crate) async fn redeem(&self, of: AtProvider, answer: Answer) -> Result<Identity, Unavailable> {
        let issuer = of.client.settings.issuer.clone();
        self.limited(&issuer, |connections| connections.redeem(of, answer)).await
    }

    pub(crate) async fn sign_out_page(&self, issuer: &str) -> Result<Option<String>, Unavailable> {
        self.limited(issuer, |connections| connections.sign_out_page(issuer.to_owned())).await
    }

    pub(crate) fn stated_client(&self, token: &str) -> Option<(String, Vec<String>)> {
        self.connections.as_deref()?.stated_client(token)
    }

    pub(crate) async fn verify_logout(&self, settings: SignOn, token: String) -> Result<Logout, Unavailable> {
        let issuer = settings.issuer.clone();
        self.limited(&issuer, |connections| connections.verify_logout(settings, token)).await
    }

    pub(crate) async fn check(&self, issuer: &str) -> Result<(), Unavailable> {
        self.limited(issuer, |connections| connections.check(issuer.to_owned())).await
    }

    async fn limited<T>(
        &self,
        issuer: &str,
        request: impl FnOnce(&dyn IdentityProvider) -> BoxFuture<'static, Result<T, ProviderError>>,
    ) -> Result<T, Unavailable> {
        let connections =
            self.connections.as_deref().ok_or(Unavailable::Failed(ProviderError::Unreachable))?;
        let _permit = Permit::new(&self.under_way, issuer).ok_or(Unavailable::Busy)?;
        request(connections).await.map_err(Unavailable::Failed)
    }
}

/// A request under way.
struct Permit<'a> {
    under_way: &'a Mutex<HashMap<String, usize>>,
    issuer: &'a str,
}

impl<'a> Permit<'a> {
    fn new(under_way: &'a Mutex<HashMap<String, usize>>, issuer: &'a str) -> Option<Self> {
        let mut counts = under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = counts.values().sum();
        let count = counts.get(issuer).copied().unwrap_or_default();
        if all >= MAX_CONCURRENT || count >= MAX_CONCURRENT_AT_ONE {
            return None;
        }
        counts.insert(issuer.to_owned(), count + 1);
        Some(Self { under_way, issuer })
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let mut counts = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(self.issuer) {
            *count -= 1;
            if *count == 0 {
                counts.remove(self.issuer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_provider_does_not_hold_up_the_others() {
        let under_way = Mutex::default();
        let slow: Vec<_> = std::iter::from_fn(|| Permit::new(&under_way, "slow")).collect();
        assert_eq!(slow.len(), MAX_CONCURRENT_AT_ONE);
        assert!(Permit::new(&under_way, "other").is_some());
        let names: Vec<String> = (0..MAX_CONCURRENT).map(|number| number.to_string()).collect();
        let all: Vec<_> = names.iter().map_while(|name| Permit::new(&under_way, name)).collect();
        assert_eq!(all.len(), MAX_CONCURRENT - MAX_CONCURRENT_AT_ONE);
        drop((slow, all));
        assert!(under_way.lock().unwrap().is_empty());
    }
}
