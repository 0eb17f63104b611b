//! Signing in and out, and who is signed in.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
    time::Duration,
};

use axum::{
    body::Body,
    extract::{Form, FromRequestParts, Query, State},
    http::{Extensions, HeaderMap, HeaderValue, Response, StatusCode, header, request::Parts},
    response::{IntoResponse, Redirect},
};
use carillon_domain::{
    activity, corp,
    session::{self, Verified},
};
use carillon_model::{
    audit::Signature,
    env::Env,
    error::Result,
    fact::Client,
    id::{CorpId, MemberNo, UserId},
    time::Timestamp,
};
use carillon_store::{Session, SessionHash, Store};
use carillon_wire::{Holder, Peer};
use serde::Deserialize;

use super::{
    Pages,
    cookies::{self, Visitor},
    empty, failed, html, language,
};
use crate::{
    page, paths,
    security::PageKind,
    sign_in_limits::Caller,
    text::Lang,
    view::{MemberHint, Page, SignIn, SignInError},
};

/// Days that a browser is known for to have signed a member in.
const KNOWN_DAYS: i64 = 365;
/// The row of a session that ended in memory is tried to be removed so often.
const REMOVE_AGAIN: Duration = Duration::from_secs(5);
/// Seconds after which somebody who was told to try again may do so.
const RETRY_SECONDS: HeaderValue = HeaderValue::from_static("10");
/// Members that the sign-in page of a demonstration organisation lists.
const HINTS: i64 = 6;

/// The member who asks. Without one, a page sends the browser to sign in, and anything else is refused.
pub struct SignedIn {
    pub corp: CorpId,
    pub member: MemberNo,
    pub userid: UserId,
    pub name: String,
    pub session: SessionHash,
    /// When the session expires.
    pub expires_at: Timestamp,
    pub lang: Lang,
    /// Path and query of the request.
    pub path: String,
}

impl SignedIn {
    /// The member signs for what a page changes.
    pub fn signature(&self, env: &Env, action: impl Into<String>) -> Signature {
        Signature::member(env, &self.userid, action)
    }

    /// What every page needs.
    pub fn page(&self) -> Page {
        Page { lang: self.lang, path: self.path.clone(), member: Some(self.name.clone()) }
    }
}

impl FromRequestParts<Pages> for SignedIn {
    type Rejection = Response<Body>;

    async fn from_request_parts(parts: &mut Parts, pages: &Pages) -> Result<Self, Response<Body>> {
        let Ok(visitor) = Visitor::from_request_parts(parts, pages).await;
        let lang = language(&visitor.headers);
        let path = parts.uri.path_and_query().map_or(paths::INBOX, |path| path.as_str()).to_owned();
        match visit(pages, &visitor).await {
            Ok(Some(Current { corp, member, userid, name, session, expires_at })) => {
                if let Some(peer) = Peer::of(&parts.extensions) {
                    peer.identify(Holder::Session(session));
                }
                Ok(Self { corp, member, userid, name, session, expires_at, lang, path })
            }
            // A browser says what it is about to do with the answer: only a whole page can show another one.
            Ok(None) if wants_page(&parts.headers) => {
                Err(Redirect::to(&paths::sign_in(&path)).into_response())
            }
            Ok(None) => Err(empty(StatusCode::UNAUTHORIZED)),
            Err(error) => Err(failed(Page { lang, path, member: None }, &error)),
        }
    }
}

fn wants_page(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-mode").is_none_or(|mode| mode == "navigate")
}

/// A member's session.
pub struct Current {
    pub corp: CorpId,
    pub member: MemberNo,
    pub userid: UserId,
    pub name: String,
    pub session: SessionHash,
    pub expires_at: Timestamp,
}

/// The session of the signed-in member, if there is one. The first visit of a day is noted.
pub async fn visit(pages: &Pages, visitor: &Visitor) -> Result<Option<Current>> {
    let Some(current) = current(pages, visitor).await? else { return Ok(None) };
    if activity::is_first_today(pages.store.state().corp(&current.corp)?, &pages.env, current.member)? {
        let (store, env) = (Arc::clone(&pages.store), pages.env.clone());
        let (corp, member, client) = (current.corp.clone(), current.member, client(&visitor.headers));
        let signature = Signature::member(&env, &current.userid, "visit");
        let note = async move {
            let of = corp.clone();
            store.write(&of, signature, move |tx| activity::note(tx, &env, &corp, member, client)).await
        };
        pages.marks.write("the first visit of a day", note).await;
    }
    Ok(Some(current))
}

/// The session that a browser shows, if it has not ended.
pub async fn current(pages: &Pages, visitor: &Visitor) -> Result<Option<Current>> {
    let Some(text) = visitor.cookie(cookies::SESSION) else { return Ok(None) };
    let session = session::hash(&text);
    if pages.ended_sessions.contains(&session) {
        return Ok(None);
    }
    let env = pages.env.clone();
    let found = pages.store.read_registry(move |tx| {
        let Some(Session { corp, member, expires_at }) = session::find(tx, &env, &text)? else {
            return Ok(None);
        };
        let named = tx.member_name(&corp, member)?;
        Ok(named.map(|(userid, name)| Current { corp, member, userid, name, session, expires_at }))
    });
    found.await
}

/// The sign-in page.
pub async fn form(
    State(pages): State<Pages>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response<Body> {
    let next = paths::safe_return(query.get("next").map_or("", String::as_str));
    let given = Given { next, ..Given::default() };
    draw(&pages, &headers, given, None).await
}

/// The form as it was filled.
#[derive(Default, Deserialize)]
pub struct Given {
    #[serde(default)]
    next: String,
    #[serde(default)]
    corp: String,
    #[serde(default)]
    userid: String,
    #[serde(default)]
    password: String,
}

/// Signs a member in.
pub async fn sign_in(
    State(pages): State<Pages>,
    visitor: Visitor,
    extensions: Extensions,
    Form(given): Form<Given>,
) -> Response<Body> {
    match check(&pages, &given, &visitor, &extensions).await {
        Ok(Ok(SignedInNow { session, browser })) => {
            let next = paths::safe_return(&given.next);
            let mut response = uncached(Redirect::to(&next).into_response());
            visitor.scheme.set(&mut response, cookies::SESSION, &session, session::SESSION_DAYS);
            visitor.scheme.set(&mut response, cookies::KNOWN_BROWSER, &browser, KNOWN_DAYS);
            response
        }
        Ok(Err(error)) => draw(&pages, &visitor.headers, given, Some(error)).await,
        Err(error) => failed(page(&visitor.headers), &error),
    }
}

/// Signs the member out, whatever can be written and read just now.
pub async fn sign_out(State(pages): State<Pages>, visitor: Visitor) -> Response<Body> {
    match current(&pages, &visitor).await {
        Ok(Some(current)) => end(&pages, current.session, current.corp).await,
        Ok(None) => {}
        Err(error) => tracing::error!(%error, "a session could not be found to be ended"),
    }
    let mut response = uncached(Redirect::to(paths::SIGN_IN).into_response());
    visitor.scheme.remove(&mut response, cookies::SESSION);
    response
}

/// Ends a session: at once in memory if its row cannot be removed, which is tried again until it works. A restart before that
/// forgets it; the browser has forgotten its text.
async fn end(pages: &Pages, session: SessionHash, corp: CorpId) {
    let Err(error) = remove(&pages.store, &pages.env, session, &corp).await else { return };
    tracing::warn!(%error, "a session has ended, and its row cannot be removed yet");
    let must_remove = pages.ended_sessions.insert(session, corp.clone());
    pages.live.end_session(&corp, &session);
    if must_remove {
        let (store, env, ended) =
            (Arc::clone(&pages.store), pages.env.clone(), Arc::clone(&pages.ended_sessions));
        tokio::spawn(async move {
            while let Some((session, corp)) = ended.next() {
                match remove(&store, &env, session, &corp).await {
                    Ok(()) => ended.remove(&session),
                    Err(_) => tokio::time::sleep(REMOVE_AGAIN).await,
                }
            }
        });
    }
}

async fn remove(store: &Store, env: &Env, session: SessionHash, corp: &CorpId) -> Result<()> {
    let of = corp.clone();
    let signature = Signature::server(env, "session.end");
    store.write(corp, signature, move |tx| tx.delete_session(&of, &session)).await
}

/// Whether a phone or a computer asks, as browsers say of themselves.
fn client(headers: &HeaderMap) -> Client {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    if agent.contains("Mobile") || agent.contains("Android") { Client::MobileWeb } else { Client::Web }
}

/// What a browser keeps after signing a member in.
struct SignedInNow {
    /// The text of the new session.
    session: String,
    /// What it is known by from then on.
    browser: String,
}

/// A new session, or why there is none.
async fn check(
    pages: &Pages,
    given: &Given,
    visitor: &Visitor,
    extensions: &Extensions,
) -> Result<Result<SignedInNow, SignInError>> {
    let Some(corp) = chosen_corp(pages, &given.corp) else { return Ok(Err(SignInError::UnknownCorp)) };
    let userid = UserId::from(given.userid.as_str());
    let mark = visitor.cookie(cookies::KNOWN_BROWSER).unwrap_or_default();
    let known = session::known_browser(&pages.env, &corp, &userid, &mark)?;
    let caller = known.map_or(Caller::Address(address(extensions)), Caller::KnownBrowser);
    let Some(tried) = pages.sign_in_limits.begin(&corp, &userid, caller, pages.env.now()) else {
        return Ok(Err(SignInError::TooManyTries));
    };
    let outcome = verify_and_begin(pages, given, visitor, &corp, &userid).await;
    match &outcome {
        Ok(Ok(_)) => pages.sign_in_limits.succeeded(&tried),
        Ok(Err(SignInError::Busy)) | Err(_) => pages.sign_in_limits.not_made(&tried),
        Ok(Err(_)) => {}
    }
    let number = known.unwrap_or_else(|| pages.env.bytes());
    let browser = session::browser_mark(&pages.env, &corp, &userid, number)?;
    Ok(outcome?.map(|session| SignedInNow { session, browser }))
}

/// Verifies the password and begins a session; returns its text.
async fn verify_and_begin(
    pages: &Pages,
    given: &Given,
    visitor: &Visitor,
    corp: &CorpId,
    userid: &UserId,
) -> Result<Result<String, SignInError>> {
    let (of, who) = (corp.clone(), userid.clone());
    let found = pages.store.read(corp, move |tx| {
        let member = tx.member_no(&of, &who)?;
        member.map(|member| Ok((member, tx.password_hash(&of, member)?))).transpose()
    });
    let (member, password_hash) = match found.await? {
        Some((member, hash)) => (Some(member), hash),
        None => (None, String::new()),
    };
    let Some(matches) = pages.verifier.verify(password_hash.clone(), given.password.clone()).await? else {
        return Ok(Err(SignInError::Busy));
    };
    let (Some(member), true) = (member, matches) else { return Ok(Err(SignInError::WrongPassword)) };
    let (env, client, of) = (pages.env.clone(), client(&visitor.headers), corp.clone());
    let verified = Verified { member, password_hash };
    let replaced = visitor.cookie(cookies::SESSION);
    let signature = Signature::member(&env, userid, "sign_in");
    let begun = pages
        .store
        .write(corp, signature, move |tx| {
            session::sign_in(tx, &env, &of, &verified, client, replaced.as_deref())
        })
        .await?;
    // A session of another organisation is none of that unit's.
    if begun.is_some()
        && let Some(before) = current(pages, visitor).await?
        && before.corp != *corp
    {
        end(pages, before.session, before.corp).await;
    }
    Ok(begun.ok_or(SignInError::WrongPassword))
}

/// The address that a request counts for.
fn address(extensions: &Extensions) -> IpAddr {
    Peer::of(extensions).map_or(Ipv4Addr::UNSPECIFIED.into(), |peer| peer.address)
}

/// The organisation by its id; without an id the only one there is.
fn chosen_corp(pages: &Pages, given: &str) -> Option<CorpId> {
    let state = pages.store.state();
    let given = given.trim();
    if given.is_empty() {
        let mut corps = state.corps.keys();
        return corps.next().filter(|_| corps.next().is_none()).cloned();
    }
    let corp = CorpId::from(given);
    state.corps.contains_key(&corp).then_some(corp)
}

async fn draw(
    pages: &Pages,
    headers: &HeaderMap,
    given: Given,
    error: Option<SignInError>,
) -> Response<Body> {
    let several = pages.store.state().corps.len() > 1;
    let hints = match hints(pages, &given.corp).await {
        Ok(hints) => hints,
        Err(error) => return failed(page(headers), &error),
    };
    let status = match error {
        None => 200,
        Some(SignInError::TooManyTries) => 429,
        Some(SignInError::Busy) => 503,
        Some(_) => 401,
    };
    let view = SignIn {
        page: page(headers),
        next: paths::safe_return(&given.next),
        corp: several.then_some(given.corp),
        userid: given.userid,
        hints,
        error,
    };
    let mut response = html(status, PageKind::App, page::sign_in(&view));
    if matches!(status, 429 | 503) {
        response.headers_mut().insert(header::RETRY_AFTER, RETRY_SECONDS);
    }
    response
}

/// Members to pick: those of the organisation that was named when it is a demonstration, and of the demonstration there is while
/// none was named.
async fn hints(pages: &Pages, given_corp: &str) -> Result<Vec<MemberHint>> {
    let state = pages.store.state();
    let named = given_corp.trim();
    let mut demonstrations = state.corps.values().map(|corp| &corp.corp).filter(|corp| corp.demo);
    let Some(corp) = demonstrations.find(|corp| named.is_empty() || corp.id.as_str() == named) else {
        return Ok(Vec::new());
    };
    let (corp, of) = (corp.id.clone(), corp.id.clone());
    let members = pages.store.read(&corp, move |tx| tx.members_with_password(&of, HINTS)).await?;
    let hint = |(userid, name): (UserId, String)| MemberHint {
        corp: corp.to_string(),
        userid: userid.to_string(),
        name,
        password: corp::DEMO_PASSWORD.to_owned(),
    };
    Ok(members.into_iter().map(hint).collect())
}

fn page(headers: &HeaderMap) -> Page {
    Page { lang: language(headers), path: paths::SIGN_IN.to_owned(), member: None }
}

fn uncached(mut response: Response<Body>) -> Response<Body> {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
