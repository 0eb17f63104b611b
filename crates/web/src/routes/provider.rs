//! Signing in by the provider of an organisation, with OpenID Connect.
//!
//! `/sign-in/provider` sends the browser to the provider with a fresh state, which a sealed cookie ties to this browser. The provider
//! sends it back to `/sign-in/provider/callback`, where the code is redeemed. The same way replaces the second sign-in by password: then
//! the session stays.

mod logout;

use std::{collections::HashMap, sync::Arc};

use axum::{
    body::Body,
    extract::{Query, State},
    http::{Extensions, HeaderValue, Response, header},
    response::{IntoResponse, Redirect},
};
use carillon_domain::{
    seal, session,
    sign_on::{self, Attempt, Refusal},
};
use carillon_model::{
    audit::Signature,
    error::{Error, Result},
    id::CorpId,
    sign_on::{Answer, Identity, MatchBy, ProviderError},
    time::{MINUTE_MS, Timestamp},
};
use carillon_store::CorpState;
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::{
    Pages,
    cookies::{self, Visitor},
    failed, html, language, notice,
    session::{Current, browser, current, end, session_days, uncached},
    sign_in::{self, KNOWN_DAYS, SignInForm, address},
};
use crate::{
    page, paths,
    provider::{AtProvider, Unavailable},
    security::PageKind,
    view::{NoticeKind, Organisation, Page, SignInError, SignedOut},
};

pub use logout::logout;

/// The cookie of a sign-in that has begun.
const STARTED: &str = "carillon_sign_on";
/// What it is sealed for.
const PURPOSE: &str = "sign_on_attempt";
/// The time for signing in at the provider.
const ATTEMPT_MINUTES: i64 = 10;
/// The longest path that is kept over a sign-in; cookies are limited.
const MAX_NEXT: usize = 1_000;

/// A sign-in that has begun. The browser keeps it, sealed.
#[derive(Serialize, Deserialize)]
struct Started {
    corp: CorpId,
    state: String,
    nonce: String,
    verifier: String,
    next: String,
    confirms: bool,
    redirect_uri: String,
    expires_at: Timestamp,
}

/// Sends the browser to the provider.
pub async fn start(
    State(pages): State<Pages>,
    Query(query): Query<HashMap<String, String>>,
    visitor: Visitor,
) -> Response<Body> {
    let text = |name: &str| query.get(name).map_or("", String::as_str);
    let next = paths::safe_return(text("next"));
    let confirms = query.contains_key("confirm");
    let Some(corp) = sign_in::requested(&pages, &visitor, text("organisation")) else {
        return uncached(Redirect::to(&paths::sign_in(&next)).into_response());
    };
    match begin(&pages, &visitor, &corp, &next, confirms).await {
        Ok(Ok((url, started))) => {
            // The address is that of another host, so `Redirect`, which expects a path, is no help.
            let Ok(url) = HeaderValue::try_from(url) else {
                return refused(&pages, &visitor, &corp, next, SignInError::ProviderFailed).await;
            };
            let mut response = uncached(axum::http::StatusCode::SEE_OTHER.into_response());
            response.headers_mut().insert(header::LOCATION, url);
            visitor.scheme.set_for_minutes(&mut response, STARTED, &started, ATTEMPT_MINUTES);
            response
        }
        Ok(Err(error)) => refused(&pages, &visitor, &corp, next, error).await,
        Err(error) => failed(Page::new(language(&visitor.headers), paths::SIGN_IN), &error),
    }
}

/// Returns the address at the provider, and the value of the cookie.
async fn begin(
    pages: &Pages,
    visitor: &Visitor,
    corp: &CorpState,
    next: &str,
    confirms: bool,
) -> Result<Result<(String, String), SignInError>> {
    let Some(of) = at_provider(pages, &corp.corp.id, redirect_uri(pages, visitor)).await? else {
        return Ok(Err(SignInError::ProviderOff));
    };
    let redirect_uri = of.redirect_uri.clone();
    let begun = match pages.providers.begin(of, confirms).await {
        Ok(begun) => begun,
        Err(unavailable) => return Ok(Err(explained(corp, &unavailable))),
    };
    let started = Started {
        corp: corp.corp.id.clone(),
        state: begun.state,
        nonce: begun.nonce,
        verifier: begun.verifier,
        next: if next.len() > MAX_NEXT { paths::INBOX.to_owned() } else { next.to_owned() },
        confirms,
        redirect_uri,
        expires_at: pages.env.now().plus_ms(ATTEMPT_MINUTES * MINUTE_MS),
    };
    let started = serde_json::to_vec(&started).map_err(Error::internal)?;
    let sealed = seal::seal(&pages.env, PURPOSE, "", &started)?;
    Ok(Ok((begun.url, BASE64URL_NOPAD.encode(&sealed))))
}

/// Reads the cookie of a sign-in that has begun and has not expired.
fn read_started(pages: &Pages, visitor: &Visitor) -> Option<Started> {
    let sealed = BASE64URL_NOPAD.decode(visitor.cookie(STARTED)?.as_bytes()).ok()?;
    let started = seal::open(&pages.env, PURPOSE, "", &sealed).ok()?;
    let started: Started = serde_json::from_slice(&started).ok()?;
    (pages.env.now() < started.expires_at).then_some(started)
}

/// The client of an organisation; `None` without single sign-on.
async fn at_provider(pages: &Pages, corp: &CorpId, redirect_uri: String) -> Result<Option<AtProvider>> {
    let (env, of) = (pages.env.clone(), corp.clone());
    let client = pages.store.read(corp, move |tx| sign_on::client(tx, &env, &of)).await?;
    Ok(client.map(|client| AtProvider { client: Arc::new(client), redirect_uri }))
}

/// The address that the provider sends the browser back to: at the host name of the organisation if the browser is there, because its
/// cookies are.
fn redirect_uri(pages: &Pages, visitor: &Visitor) -> String {
    let host = visitor.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    match (visitor.organisation_of_host(pages), host) {
        (Some(_), Some(host)) => format!("{}://{host}{}", visitor.scheme.name(), paths::PROVIDER_CALLBACK),
        _ => format!("{}{}", pages.base_url, paths::PROVIDER_CALLBACK),
    }
}

fn explained(corp: &CorpState, unavailable: &Unavailable) -> SignInError {
    match unavailable {
        Unavailable::Busy => SignInError::Busy,
        Unavailable::Failed(error) => {
            // A code that is no good is a stranger's doing, and must not fill the log with warnings.
            if matches!(error, ProviderError::Refused(reason) if reason.contains("invalid_grant")) {
                tracing::info!(corp = %corp.corp.id, %error, "a code was refused");
            } else {
                tracing::warn!(corp = %corp.corp.id, %error, "the provider of single sign-on was of no use");
            }
            match error {
                ProviderError::Unreachable | ProviderError::Forbidden => SignInError::ProviderUnreachable,
                ProviderError::Invalid(_) | ProviderError::Refused(_) => SignInError::ProviderFailed,
            }
        }
    }
}

/// Takes what the provider sent back.
pub async fn callback(
    State(pages): State<Pages>,
    Query(query): Query<HashMap<String, String>>,
    visitor: Visitor,
    extensions: Extensions,
) -> Response<Body> {
    let page = Page::new(language(&visitor.headers), paths::SIGN_IN);
    let started = read_started(&pages, &visitor);
    let corp = started.as_ref().and_then(|started| pages.store.state().corps.get(&started.corp).cloned());
    let (Some(started), Some(corp)) = (started, corp) else {
        // Nobody knows the organisation: the browser has no cookie, or it is too old.
        return match sign_in::requested(&pages, &visitor, "") {
            Some(corp) => {
                refused(&pages, &visitor, &corp, paths::INBOX.to_owned(), SignInError::ProviderExpired).await
            }
            None => uncached(Redirect::to(paths::SIGN_IN).into_response()),
        };
    };
    let (next, confirms) = (started.next.clone(), started.confirms);
    let mut response = match complete(&pages, &visitor, &corp, started, &query, &extensions).await {
        Ok(Ok(Completed::SignedIn { session, browser })) => {
            let mut response = uncached(Redirect::to(&next).into_response());
            visitor.scheme.set(&mut response, cookies::SESSION, &session, session_days(&pages));
            visitor.scheme.set(&mut response, cookies::KNOWN_BROWSER, &browser, KNOWN_DAYS);
            visitor.scheme.set(&mut response, cookies::ORGANISATION, &corp.corp.short_name, KNOWN_DAYS);
            response
        }
        Ok(Ok(Completed::Confirmed)) => uncached(Redirect::to(&next).into_response()),
        Ok(Err(error)) if confirms => {
            let kind = if error == SignInError::Busy { NoticeKind::Busy } else { NoticeKind::NotConfirmed };
            notice(page, kind)
        }
        Ok(Err(error)) => refused(&pages, &visitor, &corp, next, error).await,
        Err(error) => failed(page, &error),
    };
    visitor.scheme.remove(&mut response, STARTED);
    response
}

enum Completed {
    SignedIn { session: String, browser: String },
    Confirmed,
}

async fn complete(
    pages: &Pages,
    visitor: &Visitor,
    corp: &CorpState,
    started: Started,
    query: &HashMap<String, String>,
    extensions: &Extensions,
) -> Result<Result<Completed, SignInError>> {
    let text = |name: &str| query.get(name).map_or("", String::as_str);
    if !bool::from(text("state").as_bytes().ct_eq(started.state.as_bytes())) {
        return Ok(Err(SignInError::ProviderExpired));
    }
    if let Some(error) = query.get("error") {
        tracing::info!(corp = %corp.corp.id, error = short(error), "a sign-in by the provider was refused there");
        return Ok(Err(match error.as_str() {
            "access_denied" | "login_required" | "interaction_required" => SignInError::ProviderDenied,
            "temporarily_unavailable" | "server_error" => SignInError::ProviderUnreachable,
            _ => SignInError::ProviderFailed,
        }));
    }
    // Codes cost a request to the provider each, so an address has as many tries as with passwords.
    let Some(tried) = pages.sign_in_limits.begin_at_provider(address(extensions), pages.env.now()) else {
        return Ok(Err(SignInError::TooManyTries));
    };
    let Some(of) = at_provider(pages, &corp.corp.id, started.redirect_uri.clone()).await? else {
        return Ok(Err(SignInError::ProviderOff));
    };
    // A provider that names itself must be the one that was asked.
    if query.get("iss").is_some_and(|issuer| *issuer != of.client.settings.issuer) {
        return Ok(Err(SignInError::ProviderFailed));
    }
    let attempt =
        Attempt { state_hash: Sha256::digest(&started.state).into(), expires_at: started.expires_at };
    let answer = Answer {
        code: text("code").to_owned(),
        nonce: started.nonce,
        verifier: started.verifier,
        confirms: started.confirms,
    };
    let identity = match pages.providers.redeem(of, answer).await {
        Ok(identity) => identity,
        Err(unavailable) => return Ok(Err(explained(corp, &unavailable))),
    };
    let completed = if started.confirms {
        confirm(pages, visitor, &corp.corp.id, identity, attempt).await?
    } else {
        sign_in(pages, visitor, &corp.corp.id, identity, attempt).await?
    };
    if completed.is_ok() {
        pages.sign_in_limits.succeeded_at_provider(tried);
    }
    Ok(completed.map_err(|refusal| {
        tracing::info!(corp = %corp.corp.id, ?refusal, "somebody whom the provider knows cannot sign in");
        why(refusal)
    }))
}

/// The beginning of a text of a stranger, for the log.
fn short(text: &str) -> &str {
    text.char_indices().nth(64).map_or(text, |(end, _)| &text[..end])
}

fn why(refusal: Refusal) -> SignInError {
    match refusal {
        Refusal::Replayed => SignInError::ProviderExpired,
        Refusal::Changed => SignInError::ProviderOff,
        Refusal::NoMember => SignInError::NoMember,
        Refusal::Unverified(MatchBy::Userid) => SignInError::NoUserid,
        Refusal::Unverified(MatchBy::Email) => SignInError::UnverifiedEmail,
        Refusal::Unverified(MatchBy::Mobile) => SignInError::UnverifiedMobile,
        Refusal::LinkedToAnother | Refusal::OtherMember => SignInError::LinkedToAnother,
        Refusal::InvalidUserid => SignInError::NoUserid,
    }
}

async fn sign_in(
    pages: &Pages,
    visitor: &Visitor,
    corp: &CorpId,
    identity: Identity,
    attempt: Attempt,
) -> Result<Result<Completed, Refusal>> {
    let (env, of, replaced) = (pages.env.clone(), corp.clone(), visitor.cookie(cookies::SESSION));
    let browser = browser(&visitor.headers);
    // Nobody is signed in yet, and the member may be made on the way.
    let signature = Signature::server(&env, "sign_in.provider");
    let written = pages
        .store
        .write(corp, signature, move |tx| {
            let begun = sign_on::sign_in(tx, &env, &of, (&identity, attempt), browser, replaced.as_deref())?;
            let (session, member) = match begun {
                Ok(begun) => begun,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let userid = tx.member_name(&of, member)?.map(|(userid, _)| userid);
            Ok(Ok((session, userid)))
        })
        .await?;
    let (session, userid) = match written {
        Ok(signed_in) => signed_in,
        Err(refusal) => return Ok(Err(refusal)),
    };
    // A session of another organisation is none of that unit's.
    if let Some(before) = current(pages, visitor).await?
        && before.member.corp != *corp
    {
        end(pages, before.session, before.member.corp).await;
    }
    let userid = userid.ok_or_else(|| Error::internal("a member who signed in has no userid"))?;
    let mark = visitor.cookie(cookies::KNOWN_BROWSER).unwrap_or_default();
    let known = session::known_browser(&pages.env, corp, &userid, &mark)?;
    let number = known.unwrap_or_else(|| pages.env.random_bytes());
    let browser = session::browser_mark(&pages.env, corp, &userid, number)?;
    Ok(Ok(Completed::SignedIn { session, browser }))
}

async fn confirm(
    pages: &Pages,
    visitor: &Visitor,
    corp: &CorpId,
    identity: Identity,
    attempt: Attempt,
) -> Result<Result<Completed, Refusal>> {
    let Some(Current { session, member, .. }) =
        current(pages, visitor).await?.filter(|current| current.member.corp == *corp)
    else {
        return Ok(Err(Refusal::OtherMember));
    };
    let (env, of) = (pages.env.clone(), corp.clone());
    let signature = Signature::member(&env, &member.userid, "sign_in.confirm");
    let confirmed = pages
        .store
        .write(corp, signature, move |tx| {
            sign_on::confirm(tx, &env, &of, (&identity, attempt), (member.member, &session))
        })
        .await?;
    Ok(confirmed.map(|()| Completed::Confirmed))
}

async fn refused(
    pages: &Pages,
    visitor: &Visitor,
    corp: &CorpState,
    next: String,
    error: SignInError,
) -> Response<Body> {
    sign_in::render(pages, visitor, corp, SignInForm::leading_to(next), Some(error)).await
}

/// The page after signing out, with the provider's own page for signing out.
pub async fn signed_out(
    State(pages): State<Pages>,
    Query(query): Query<HashMap<String, String>>,
    visitor: Visitor,
) -> Response<Body> {
    let name = query.get("organisation").map_or("", String::as_str);
    let Some(corp) = sign_in::requested(&pages, &visitor, name) else {
        return uncached(Redirect::to(paths::SIGN_IN).into_response());
    };
    let of = corp.corp.id.clone();
    let settings = match pages.store.read(&corp.corp.id, move |tx| sign_on::settings(tx, &of)).await {
        Ok(Some(settings)) => settings,
        Ok(None) => return uncached(Redirect::to(paths::SIGN_IN).into_response()),
        Err(error) => return failed(Page::new(language(&visitor.headers), paths::SIGN_IN), &error),
    };
    let sign_in = paths::entry(&corp.corp.short_name, paths::INBOX);
    let page = pages.providers.sign_out_page(&settings.issuer).await.ok().flatten();
    let provider_page = page.map(|page| {
        let separator = if page.contains('?') { '&' } else { '?' };
        format!("{page}{separator}client_id={}", paths::encode(&settings.client_id))
    });
    let view = SignedOut {
        page: Page {
            organisation: Some(Organisation::of(&corp.corp)),
            ..Page::new(language(&visitor.headers), paths::signed_out(&corp.corp.short_name))
        },
        sign_in,
        label: settings.label,
        provider_page,
    };
    uncached(html(200, PageKind::App, page::signed_out(&view)))
}
