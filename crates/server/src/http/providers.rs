//! Providers of single sign-on for the pages, which know nothing of connections.

use carillon_delivery::{ProviderClientSettings, Providers};
use carillon_model::{
    env::Env,
    error::Result,
    sign_on::{Answer, Begun, Identity, Logout, ProviderError, SignOn},
};
use carillon_web::provider::{AtProvider, IdentityProvider};
use futures::{FutureExt, future::BoxFuture};

/// Connections to providers.
pub struct ProviderConnections {
    env: Env,
    providers: Providers,
}

impl ProviderConnections {
    /// Creates them with the restrictions of callbacks.
    pub fn new(env: &Env) -> Result<Self> {
        Ok(Self { env: env.clone(), providers: Providers::new(&env.settings.delivery)? })
    }
}

fn client(of: &AtProvider) -> ProviderClientSettings<'_> {
    ProviderClientSettings {
        settings: &of.client.settings,
        secret: of.client.secret.as_deref(),
        redirect_uri: &of.redirect_uri,
    }
}

impl IdentityProvider for ProviderConnections {
    fn begin(&self, of: AtProvider, confirms: bool) -> BoxFuture<'static, Result<Begun, ProviderError>> {
        let (env, providers) = (self.env.clone(), self.providers.clone());
        async move { providers.begin(&env, client(&of), confirms).await }.boxed()
    }

    fn redeem(&self, of: AtProvider, answer: Answer) -> BoxFuture<'static, Result<Identity, ProviderError>> {
        let (env, providers) = (self.env.clone(), self.providers.clone());
        async move { providers.redeem(&env, client(&of), answer).await }.boxed()
    }

    fn sign_out_page(&self, issuer: String) -> BoxFuture<'static, Result<Option<String>, ProviderError>> {
        let (env, providers) = (self.env.clone(), self.providers.clone());
        async move { providers.sign_out_page(&env, &issuer).await }.boxed()
    }

    fn stated_client(&self, token: &str) -> Option<(String, Vec<String>)> {
        carillon_delivery::stated_client(token)
    }

    fn verify_logout(
        &self,
        settings: SignOn,
        token: String,
    ) -> BoxFuture<'static, Result<Logout, ProviderError>> {
        let (env, providers) = (self.env.clone(), self.providers.clone());
        async move { providers.verify_logout(&env, &settings, &token).await }.boxed()
    }

    fn check(&self, issuer: String) -> BoxFuture<'static, Result<(), ProviderError>> {
        let (env, providers) = (self.env.clone(), self.providers.clone());
        async move { providers.check(&env, &issuer).await }.boxed()
    }
}
