//! Logout tokens: a provider tells that somebody has signed out there (OpenID Connect Back-Channel Logout 1.0).

use carillon_model::{
    env::Env,
    sign_on::{Logout, ProviderError, SignOn},
    time::{SECOND_MS, Timestamp},
};
use data_encoding::BASE64URL_NOPAD;
use openidconnect::{
    JsonWebKey, JsonWebKeyUse, ProviderMetadataWithLogout,
    core::{CoreJsonWebKey, CoreJwsSigningAlgorithm},
};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{ALGORITHMS, CLOCK_SKEW_MS, MAX_AGE_MS, Providers, timed};

/// The event that a logout token is about.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// The most bytes of a token.
const MAX_TOKEN_BYTES: usize = 16 << 10;
/// The most bytes of an id in a token.
const MAX_ID_BYTES: usize = 512;

#[derive(Deserialize)]
struct Header {
    alg: CoreJwsSigningAlgorithm,
    kid: Option<String>,
    /// What cannot be understood must be refused.
    crit: Option<Value>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    iat: i64,
    exp: Option<i64>,
    jti: String,
    events: Map<String, Value>,
    sub: Option<String>,
    sid: Option<String>,
    nonce: Option<Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    fn contains(&self, client: &str) -> bool {
        match self {
            Self::One(one) => one == client,
            Self::Several(several) => several.iter().any(|one| one == client),
        }
    }
}

/// A token in its parts. Nothing of it is verified.
struct Token<'a> {
    header: Header,
    claims: Claims,
    message: &'a str,
    signature: Vec<u8>,
}

fn invalid(reason: &str) -> ProviderError {
    ProviderError::Invalid(format!("logout_token: {reason}"))
}

impl<'a> Token<'a> {
    fn parse(text: &'a str) -> Result<Self, ProviderError> {
        if text.len() > MAX_TOKEN_BYTES {
            return Err(invalid("it is too long"));
        }
        let (message, signature) = text.rsplit_once('.').ok_or_else(|| invalid("it is no JWT"))?;
        let (header, claims) = message.split_once('.').ok_or_else(|| invalid("it is no JWT"))?;
        let decode = |part: &str| {
            BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| invalid("a part of it is not base64url"))
        };
        let header = serde_json::from_slice(&decode(header)?);
        let header: Header = header.map_err(|error| invalid(&format!("its header: {error}")))?;
        let claims = serde_json::from_slice(&decode(claims)?);
        let claims: Claims = claims.map_err(|error| invalid(&error.to_string()))?;
        Ok(Self { header, claims, message, signature: decode(signature)? })
    }
}

/// Returns the issuer and the clients that a token states, of which nothing is verified yet: they tell whose token it may be.
pub fn stated_client(text: &str) -> Option<(String, Vec<String>)> {
    let Claims { iss, aud, .. } = Token::parse(text).ok()?.claims;
    let clients = match aud {
        Audience::One(one) => vec![one],
        Audience::Several(several) => several,
    };
    Some((iss, clients))
}

impl Providers {
    /// Verifies a logout token of the provider of an organisation.
    ///
    /// # Errors
    /// [`ProviderError::Invalid`] with the reason.
    pub async fn verify_logout(
        &self,
        env: &Env,
        settings: &SignOn,
        text: &str,
    ) -> Result<Logout, ProviderError> {
        let token = Token::parse(text)?;
        let logout = check_claims(env, settings, &token)?;
        timed(async {
            let metadata = self.metadata(env, &settings.issuer).await?;
            if is_signed(&metadata, &token) {
                return Ok(logout);
            }
            // A provider may have changed its keys since they were read.
            if self.may_discover_again(env, &settings.issuer) {
                let metadata = self.discover(env, &settings.issuer).await?;
                if is_signed(&metadata, &token) {
                    return Ok(logout);
                }
            }
            Err(invalid("its signature is not that of a key of the provider"))
        })
        .await
    }
}

/// Checks everything but the signature, which may need a request.
fn check_claims(env: &Env, settings: &SignOn, token: &Token<'_>) -> Result<Logout, ProviderError> {
    let Claims { iss, aud, iat, exp, jti, events, sub, sid, nonce } = &token.claims;
    if !ALGORITHMS.contains(&token.header.alg) || token.header.crit.is_some() {
        return Err(invalid("it is not signed with a public key"));
    }
    if *iss != settings.issuer {
        return Err(invalid("it has another issuer"));
    }
    if !aud.contains(&settings.client_id) {
        return Err(invalid("it is for another client"));
    }
    let now = env.now();
    let time = |seconds: i64| Timestamp(seconds.saturating_mul(SECOND_MS));
    let issued_at = time(*iat);
    if issued_at < now.plus_ms(-MAX_AGE_MS) {
        return Err(invalid("it was issued too long ago"));
    }
    if issued_at > now.plus_ms(CLOCK_SKEW_MS) {
        return Err(invalid("it was issued in the future"));
    }
    if exp.is_some_and(|exp| time(exp) <= now.plus_ms(-CLOCK_SKEW_MS)) {
        return Err(invalid("it has expired"));
    }
    if !events.get(EVENT).is_some_and(Value::is_object) {
        return Err(invalid("it is about no sign-out"));
    }
    // A token for signing in must not be taken for one for signing out.
    if nonce.is_some() {
        return Err(invalid("it has a nonce"));
    }
    let has_value = |id: &Option<String>| id.as_ref().is_some_and(|id| !id.is_empty());
    if !has_value(sub) && !has_value(sid) {
        return Err(invalid("it names neither a subject nor a session"));
    }
    if jti.is_empty()
        || [Some(jti), sub.as_ref(), sid.as_ref()].into_iter().flatten().any(|id| id.len() > MAX_ID_BYTES)
    {
        return Err(invalid("an id in it is empty or too long"));
    }
    let some = |id: &Option<String>| id.clone().filter(|id| !id.is_empty());
    Ok(Logout {
        issuer: iss.clone(),
        id: jti.clone(),
        subject: some(sub),
        session: some(sid),
        // After that its age alone refuses it.
        expires_at: issued_at.plus_ms(MAX_AGE_MS + CLOCK_SKEW_MS),
    })
}

fn is_signed(metadata: &ProviderMetadataWithLogout, token: &Token<'_>) -> bool {
    let may_sign = |key: &&CoreJsonWebKey| {
        let has_id = match (&token.header.kid, key.key_id()) {
            (Some(wanted), Some(id)) => id.as_str() == wanted,
            (Some(_), None) => false,
            (None, _) => true,
        };
        has_id && key.key_use().is_none_or(JsonWebKeyUse::allows_signature)
    };
    let keys = metadata.jwks().keys().iter().filter(may_sign);
    keys.take(16).any(|key| {
        key.verify_signature(&token.header.alg, token.message.as_bytes(), &token.signature).is_ok()
    })
}
