//! Providers of single sign-on by OpenID Connect: the authorization code flow with PKCE.
//!
//! The address of a provider is a setting of an organisation, so connections go through the guard of callbacks: a provider inside the
//! network needs its range in `[delivery] allow`.

mod claims;
mod logout;

use std::{
    collections::HashMap,
    num::NonZeroUsize,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use carillon_model::{
    env::Env,
    error::Result,
    settings::DeliverySettings,
    sign_on::{Answer, Begun, Identity, ProviderError, SignOn},
    time::{MINUTE_MS, Timestamp},
};
use chrono::{DateTime, Utc};
use data_encoding::BASE64URL_NOPAD;
use futures::{FutureExt, future::BoxFuture};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use lru::LruCache;
use openidconnect::{
    AccessToken, AdditionalClaims, AsyncHttpClient, AuthType, AuthenticationFlow, AuthorizationCode,
    ClaimsVerificationError, Client, ClientId, ClientSecret, CsrfToken, DiscoveryError,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse,
    IdTokenFields, IdTokenVerifier, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge,
    PkceCodeVerifier, ProviderMetadataWithLogout, RedirectUrl, RequestTokenError, Scope,
    SignatureVerificationError, StandardErrorResponse, StandardTokenResponse, SubjectIdentifier,
    TokenResponse, UserInfoClaims, UserInfoError,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim,
        CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreResponseType,
        CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
    },
};
use rustls::pki_types::CertificateDer;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use crate::{
    client::{self, ConnectError, GuardedClient},
    guard::Guard,
};

/// The most bytes of a response of a provider.
const MAX_BYTES: usize = 1 << 20;
/// The time for all requests of one step together.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The configuration and the keys of a provider are read again after this time.
const METADATA_MS: i64 = 60 * MINUTE_MS;
/// A provider that failed is left alone for this time.
const FAILURE_MS: i64 = 5_000;
/// Keys are read again at most this often when a token has an unknown one.
const ROTATION_MS: i64 = MINUTE_MS / 2;
/// The most providers that are remembered.
const MAX_PROVIDERS: NonZeroUsize = NonZeroUsize::new(256).expect("a constant above zero");
/// How much the clocks of a provider and of this server may differ. Decided.
const CLOCK_SKEW_MS: i64 = 2 * MINUTE_MS;
/// A token is refused if it was issued before this time. Decided.
const MAX_AGE_MS: i64 = 10 * MINUTE_MS;
/// How long ago a member may have signed in at the provider to confirm something here. Decided.
const CONFIRMATION_MS: i64 = 5 * MINUTE_MS;

use claims::{identity, object, states_everything};
pub use logout::stated_client;

/// Signature algorithms with a public key. The secret of a client must not be accepted as a key.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// All claims without a name in the standard.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct OtherClaims {
    #[serde(flatten)]
    claims: HashMap<String, Value>,
}

impl AdditionalClaims for OtherClaims {}

type IdFields = IdTokenFields<
    OtherClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Tokens = StandardTokenResponse<IdFields, CoreTokenType>;
type ProviderClient = Client<
    OtherClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The client of an organisation at a provider.
#[derive(Clone, Copy)]
pub struct ProviderClientSettings<'a> {
    /// The settings.
    pub settings: &'a SignOn,
    /// The secret, if it has one.
    pub secret: Option<&'a str>,
    /// Where the provider sends the browser.
    pub redirect_uri: &'a str,
}

/// What was found at an issuer.
struct Known {
    found: Result<Arc<ProviderMetadataWithLogout>, ProviderError>,
    read_at: Timestamp,
}

/// Talks to providers.
#[derive(Clone)]
pub struct Providers {
    guard: Guard,
    authorities: Arc<[CertificateDer<'static>]>,
    client: Arc<OnceLock<GuardedClient>>,
    known: Arc<Mutex<LruCache<String, Known>>>,
}

impl Providers {
    /// Creates one with the restrictions of callbacks.
    ///
    /// # Errors
    /// A range of `[delivery] allow` or the `ca_file` cannot be used.
    pub fn new(settings: &DeliverySettings) -> Result<Self> {
        let authorities =
            settings.ca_file.as_deref().map(client::authorities).transpose()?.unwrap_or_default();
        let guard = Guard::new(&settings.allow)?;
        let known = Arc::new(Mutex::new(LruCache::new(MAX_PROVIDERS)));
        Ok(Self { guard, authorities: authorities.into(), client: Arc::default(), known })
    }

    /// Reads the configuration of a provider anew.
    pub async fn check(&self, env: &Env, issuer: &str) -> Result<(), ProviderError> {
        timed(self.discover(env, issuer)).await.map(|_| ())
    }

    /// Returns the address of the provider's page for signing out, if it has one and its configuration is known or can be read.
    pub async fn sign_out_page(&self, env: &Env, issuer: &str) -> Result<Option<String>, ProviderError> {
        let metadata = timed(self.metadata(env, issuer)).await?;
        let page = metadata.additional_metadata().end_session_endpoint.as_ref();
        Ok(page.map(|page| page.url().to_string()))
    }

    /// Begins a sign-in.
    pub async fn begin(
        &self,
        env: &Env,
        of: ProviderClientSettings<'_>,
        confirms: bool,
    ) -> Result<Begun, ProviderError> {
        let metadata = timed(self.metadata(env, &of.settings.issuer)).await?;
        let client = client_of(&metadata, of)?;
        let random = || BASE64URL_NOPAD.encode(&env.random_bytes::<32>());
        let (state, nonce, verifier) = (random(), random(), random());
        let challenge =
            PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier.clone()));
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let (csrf_token, expected) = (CsrfToken::new(state.clone()), Nonce::new(nonce.clone()));
        let request = client
            .authorize_url(flow, move || csrf_token, move || expected)
            .add_scopes(of.settings.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(challenge);
        let request = if confirms {
            request.add_prompt(CoreAuthPrompt::Login).set_max_age(Duration::ZERO)
        } else {
            request
        };
        let (url, ..) = request.url();
        if !matches!(url.scheme(), "http" | "https") {
            return Err(ProviderError::Invalid("authorization_endpoint is no web address".to_owned()));
        }
        Ok(Begun { url: url.into(), state, nonce, verifier })
    }

    /// Redeems a code, and returns what the provider states about who signed in.
    pub async fn redeem(
        &self,
        env: &Env,
        of: ProviderClientSettings<'_>,
        answer: Answer,
    ) -> Result<Identity, ProviderError> {
        timed(self.redeem_untimed(env, of, answer)).await
    }

    async fn redeem_untimed(
        &self,
        env: &Env,
        of: ProviderClientSettings<'_>,
        answer: Answer,
    ) -> Result<Identity, ProviderError> {
        let metadata = self.metadata(env, &of.settings.issuer).await?;
        let client = client_of(&metadata, of)?;
        let tokens: Tokens = client
            .exchange_code(AuthorizationCode::new(answer.code))
            .map_err(|_| ProviderError::Invalid("it has no token_endpoint".to_owned()))?
            .set_pkce_verifier(PkceCodeVerifier::new(answer.verifier))
            .request_async(self)
            .await
            .map_err(token_error)?;
        let token =
            tokens.id_token().ok_or_else(|| ProviderError::Invalid("there is no id_token".to_owned()))?;
        let nonce = Nonce::new(answer.nonce);
        let verified = token.claims(&verifier(&client, env, answer.confirms), &nonce);
        let claims = match verified {
            // A provider may have changed its keys since they were read.
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey | SignatureVerificationError::CryptoError(_),
            )) if self.may_discover_again(env, &of.settings.issuer) => {
                let metadata = self.discover(env, &of.settings.issuer).await?;
                let client = client_of(&metadata, of)?;
                token.claims(&verifier(&client, env, answer.confirms), &nonce).cloned()
            }
            verified => verified.cloned(),
        };
        let claims =
            claims.map_err(|error| ProviderError::Invalid(format!("id_token: {}", chain(&error))))?;
        let subject = claims.subject().clone();
        let mut stated = object(serde_json::to_value(&claims))?;
        if !states_everything(&stated, of.settings) && metadata.userinfo_endpoint().is_some() {
            let more = self.user_info(&client, tokens.access_token().clone(), subject.clone()).await?;
            for (name, value) in more {
                stated.entry(name).or_insert(value);
            }
        }
        Ok(identity(&of.settings.issuer, &subject, &stated, of.settings))
    }

    async fn user_info(
        &self,
        client: &ProviderClient,
        token: AccessToken,
        subject: SubjectIdentifier,
    ) -> Result<Map<String, Value>, ProviderError> {
        let invalid = |what: &dyn std::fmt::Display| ProviderError::Invalid(format!("userinfo: {what}"));
        let request = client.user_info(token, Some(subject)).map_err(|error| invalid(&error))?;
        let claims: Result<UserInfoClaims<OtherClaims, CoreGenderClaim>, _> =
            request.request_async(self).await;
        match claims {
            Ok(claims) => object(serde_json::to_value(&claims)),
            Err(UserInfoError::Request(error)) => Err(error),
            Err(error) => Err(invalid(&chain(&error))),
        }
    }

    /// The configuration of a provider, from memory if it is young enough.
    async fn metadata(
        &self,
        env: &Env,
        issuer: &str,
    ) -> Result<Arc<ProviderMetadataWithLogout>, ProviderError> {
        let known = self.known().get(issuer).map(|known| (known.found.clone(), known.read_at));
        match known {
            Some((Ok(metadata), read_at)) if is_within(read_at, env.now(), METADATA_MS) => Ok(metadata),
            Some((Err(error), read_at)) if is_within(read_at, env.now(), FAILURE_MS) => Err(error),
            _ => self.discover(env, issuer).await,
        }
    }

    fn may_discover_again(&self, env: &Env, issuer: &str) -> bool {
        self.known().get(issuer).is_none_or(|known| !is_within(known.read_at, env.now(), ROTATION_MS))
    }

    async fn discover(
        &self,
        env: &Env,
        issuer: &str,
    ) -> Result<Arc<ProviderMetadataWithLogout>, ProviderError> {
        let url =
            IssuerUrl::new(issuer.to_owned()).map_err(|error| ProviderError::Invalid(error.to_string()))?;
        let found = ProviderMetadataWithLogout::discover_async(url, self).await;
        let found = found.map(Arc::new).map_err(|error| match error {
            DiscoveryError::Request(error) => error,
            error => ProviderError::Invalid(format!("configuration: {}", chain(&error))),
        });
        // A provider that is down for a moment must not take away what is known of it.
        let keeps = found.is_err() && self.known().peek(issuer).is_some_and(|known| known.found.is_ok());
        if !keeps {
            let known = Known { found: found.clone(), read_at: env.now() };
            self.known().put(issuer.to_owned(), known);
        }
        found
    }

    fn known(&self) -> std::sync::MutexGuard<'_, LruCache<String, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a request. Redirects are not followed: a token must not go where nobody configured it.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, ProviderError> {
        let (head, body) = request.into_parts();
        let url = Url::parse(&head.uri.to_string()).ok();
        if !url.is_some_and(|url| matches!(url.scheme(), "http" | "https")) {
            return Err(ProviderError::Invalid("an endpoint is no web address".to_owned()));
        }
        let client = self.client().map_err(|_| ProviderError::Unreachable)?;
        let request = http::Request::from_parts(head, Full::new(Bytes::from(body)));
        let response = client.request(request).await.map_err(|error| connect_error(&error))?;
        let (head, body) = response.into_parts();
        let body = Limited::new(body, MAX_BYTES).collect().await.map_err(|error| {
            if error.is::<LengthLimitError>() {
                ProviderError::Invalid("a response is too large".to_owned())
            } else {
                ProviderError::Unreachable
            }
        })?;
        Ok(http::Response::from_parts(head, body.to_bytes().to_vec()))
    }

    fn client(&self) -> Result<&GuardedClient> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = client::guarded(self.guard.clone(), &self.authorities, 1)?;
        Ok(self.client.get_or_init(|| client))
    }
}

impl<'c> AsyncHttpClient<'c> for Providers {
    type Error = ProviderError;
    type Future = BoxFuture<'c, Result<HttpResponse, ProviderError>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        self.send(request).boxed()
    }
}

async fn timed<T>(work: impl Future<Output = Result<T, ProviderError>>) -> Result<T, ProviderError> {
    tokio::time::timeout(TIMEOUT, work).await.unwrap_or(Err(ProviderError::Unreachable))
}

/// Whether a time is less than some milliseconds ago. A clock that was set back makes it false.
fn is_within(time: Timestamp, now: Timestamp, milliseconds: i64) -> bool {
    time <= now && now < time.plus_ms(milliseconds)
}

fn client_of(
    metadata: &ProviderMetadataWithLogout,
    of: ProviderClientSettings<'_>,
) -> Result<ProviderClient, ProviderError> {
    let redirect = RedirectUrl::new(of.redirect_uri.to_owned());
    let redirect = redirect.map_err(|error| ProviderError::Invalid(error.to_string()))?;
    let methods = metadata.token_endpoint_auth_methods_supported();
    let has = |wanted| methods.is_none_or(|methods| methods.contains(&wanted));
    let auth_type =
        if has(CoreClientAuthMethod::ClientSecretBasic) || !has(CoreClientAuthMethod::ClientSecretPost) {
            AuthType::BasicAuth
        } else {
            AuthType::RequestBody
        };
    let client = Client::from_provider_metadata(
        metadata.clone(),
        ClientId::new(of.settings.client_id.clone()),
        of.secret.map(|secret| ClientSecret::new(secret.to_owned())),
    );
    Ok(client.set_redirect_uri(redirect).set_auth_type(auth_type))
}

/// Checks the signature, issuer, audience, nonce and times of a token, with some tolerance for clocks that differ.
fn verifier<'a>(
    client: &'a ProviderClient,
    env: &Env,
    confirms: bool,
) -> IdTokenVerifier<'a, CoreJsonWebKey> {
    let now = env.now();
    let tolerant = instant(now.plus_ms(-CLOCK_SKEW_MS));
    let (oldest, newest) = (instant(now.plus_ms(-MAX_AGE_MS)), instant(now.plus_ms(CLOCK_SKEW_MS)));
    let confirmed_since = instant(now.plus_ms(-CONFIRMATION_MS));
    let check = move |time: DateTime<Utc>, since: DateTime<Utc>| {
        if time < since {
            Err(format!("{time} is too long ago"))
        } else if time > newest {
            Err(format!("{time} is in the future"))
        } else {
            Ok(())
        }
    };
    let verifier = client
        .id_token_verifier()
        .set_allowed_algs(ALGORITHMS)
        .set_time_fn(move || tolerant)
        .set_issue_time_verifier_fn(move |time| check(time, oldest));
    if !confirms {
        return verifier;
    }
    verifier.set_auth_time_verifier_fn(move |time| {
        check(time.ok_or_else(|| "auth_time is missing".to_owned())?, confirmed_since)
    })
}

fn instant(time: Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(time.0).unwrap_or_default()
}

fn token_error(
    error: RequestTokenError<ProviderError, StandardErrorResponse<CoreErrorResponseType>>,
) -> ProviderError {
    match error {
        RequestTokenError::Request(error) => error,
        RequestTokenError::ServerResponse(response) => ProviderError::Refused(response.to_string()),
        error => ProviderError::Invalid(format!("token: {}", chain(&error))),
    }
}

/// An error with its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

/// Tells what the guard refused from what could not be reached.
fn connect_error(error: &(dyn std::error::Error + 'static)) -> ProviderError {
    let mut source = Some(error);
    while let Some(error) = source {
        if let Some(ConnectError::Forbidden(_) | ConnectError::ForbiddenName) = error.downcast_ref() {
            return ProviderError::Forbidden;
        }
        source = error.source();
    }
    ProviderError::Unreachable
}
