//! Signing in, to the organisation that an address names.
//!
//! `/o/NAME/` is the door of an organisation. `/sign-in` leads to it: to the only one there is, to the one whose host name was
//! called, to the one that the browser last signed in to, or else to whichever the visitor names. Which organisations there are is
//! not told.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use axum::{
    body::Body,
    extract::{Form, Path, Query, RawQuery, State},
    http::{Extensions, HeaderMap, HeaderValue, Response, Uri, header},
    response::{IntoResponse, Redirect},
};
use carillon_domain::{
    corp,
    session::{self, Verified},
};
use carillon_model::{
    audit::Signature,
    error::Result,
    id::{CorpId, UserId},
    short_name,
};
use carillon_store::{CorpState, PasswordOrigin};
use carillon_wire::Peer;
use serde::Deserialize;

use super::{
    Pages,
    cookies::{self, Visitor},
    failed, html, language, notice,
    session::{browser, current, end, uncached},
};
use crate::{
    page, paths,
    security::PageKind,
    sign_in_limits::Caller,
    view::{
        ChoiceError, MemberHint, NoticeKind, Organisation, OrganisationChoice, OtherOrganisation, Page,
        SignIn, SignInError,
    },
};

/// Days that a browser is known for to have signed a member in.
const KNOWN_DAYS: i64 = 365;
/// Seconds after which somebody who was told to try again may do so.
const RETRY_SECONDS: HeaderValue = HeaderValue::from_static("10");
/// Members that the sign-in page of a demonstration organisation lists.
const HINTS: i64 = 6;

/// The sign-in page, or the question for the organisation.
pub async fn form(
    State(pages): State<Pages>,
    Query(query): Query<HashMap<String, String>>,
    visitor: Visitor,
) -> Response<Body> {
    let next = paths::safe_return(query.get("next").map_or("", String::as_str));
    let named = query.get("organisation").map(|name| short_name::normalize(name)).unwrap_or_default();
    if let Some(corp) = only_organisation(&pages, &visitor) {
        return draw(&pages, &visitor, &corp, Given { next, ..Given::default() }, None).await;
    }
    let asked = query.contains_key("organisation");
    if asked || query.contains_key("other") {
        let problem = match named.as_str() {
            "" => asked.then_some(ChoiceError::Missing),
            named => match find(&pages, &visitor, named) {
                Some(corp) => return door(&corp, &next),
                None => Some(ChoiceError::Unknown),
            },
        };
        return ask(&pages, &visitor.headers, &next, named, problem).await;
    }
    match last_organisation(&pages, &visitor) {
        Some(corp) => door(&corp, &next),
        None => ask(&pages, &visitor.headers, &next, named, None).await,
    }
}

/// The form as it was filled.
#[derive(Clone, Default, Deserialize)]
pub struct Given {
    #[serde(default)]
    next: String,
    /// The short name of the organisation; may be empty where it is clear which one is meant.
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
    let named = short_name::normalize(&given.corp);
    let corp = match named.as_str() {
        "" => only_organisation(&pages, &visitor).or_else(|| last_organisation(&pages, &visitor)),
        named => find(&pages, &visitor, named),
    };
    match corp {
        Some(corp) => sign_in_to(&pages, &corp, given, &visitor, &extensions).await,
        None => {
            let problem = if named.is_empty() { ChoiceError::Missing } else { ChoiceError::Unknown };
            ask(&pages, &visitor.headers, &given.next, named, Some(problem)).await
        }
    }
}

/// Sends a browser from an address without slash to the door of an organisation.
pub async fn to_door(
    State(pages): State<Pages>,
    Path(name): Path<String>,
    query: RawQuery,
) -> Response<Body> {
    let name =
        pages.store.state().corp_of_short_name(&name).map_or(name, |corp| corp.corp.short_name.clone());
    moved(&paths::organisation(&name, ""), query)
}

/// The door of an organisation.
pub async fn enter(
    State(pages): State<Pages>,
    Path(name): Path<String>,
    Query(asked): Query<HashMap<String, String>>,
    query: RawQuery,
    visitor: Visitor,
) -> Response<Body> {
    let next = paths::safe_return(asked.get("next").map_or("", String::as_str));
    lead(&pages, &name, "", next, query, visitor).await
}

/// A page of an organisation's members: `/o/NAME/inbox` leads them to `/inbox` once they are signed in.
pub async fn enter_page(
    State(pages): State<Pages>,
    Path((name, _)): Path<(String, String)>,
    uri: Uri,
    query: RawQuery,
    visitor: Visitor,
) -> Response<Body> {
    // As it was sent: what is encoded in a path stays so.
    let rest = uri.path().splitn(4, '/').nth(3).unwrap_or_default();
    let query_text = query.0.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
    let next = paths::safe_return(&format!("/{rest}{query_text}"));
    lead(&pages, &name, rest, next, query, visitor).await
}

/// Signs a member in at the door of an organisation.
pub async fn sign_in_at_door(
    State(pages): State<Pages>,
    Path(name): Path<String>,
    visitor: Visitor,
    extensions: Extensions,
    Form(given): Form<Given>,
) -> Response<Body> {
    match find(&pages, &visitor, &short_name::normalize(&name)) {
        Some(corp) => sign_in_to(&pages, &corp, given, &visitor, &extensions).await,
        None => {
            notice(Page::new(language(&visitor.headers), paths::SIGN_IN), NoticeKind::UnknownOrganisation)
        }
    }
}

/// Leads a browser into an organisation: on if it is signed in there, else to sign in, or to sign out of another one first.
async fn lead(
    pages: &Pages,
    name: &str,
    rest: &str,
    next: String,
    query: RawQuery,
    visitor: Visitor,
) -> Response<Body> {
    let own_path = paths::organisation(name, rest);
    let lang = language(&visitor.headers);
    let Some(corp) = find(pages, &visitor, &short_name::normalize(name)) else {
        return notice(Page::new(lang, own_path), NoticeKind::UnknownOrganisation);
    };
    if corp.corp.short_name != name {
        return moved(&paths::organisation(&corp.corp.short_name, rest), query);
    }
    let signed_in = match current(pages, &visitor).await {
        Ok(signed_in) => signed_in,
        Err(error) => return failed(Page::new(lang, own_path), &error),
    };
    match signed_in {
        Some(current) if current.member.corp == corp.corp.id => uncached(Redirect::to(&next).into_response()),
        Some(current) => {
            let page = Page {
                organisation: Some(Organisation::of(&current.organisation)),
                member: Some(current.member.name),
                ..Page::new(lang, paths::door(name, &next))
            };
            let other = Organisation::of(&corp.corp);
            let view = OtherOrganisation { page, other, enter: paths::door(name, &next) };
            html(200, PageKind::App, page::other_organisation(&view))
        }
        None => draw(pages, &visitor, &corp, Given { next, ..Given::default() }, None).await,
    }
}

/// Leads to the door of an organisation.
fn door(corp: &CorpState, next: &str) -> Response<Body> {
    uncached(Redirect::to(&paths::door(&corp.corp.short_name, next)).into_response())
}

/// Leads to an address that takes the place of another one. Browsers must not remember it: a short name can be taken back.
fn moved(path: &str, RawQuery(query): RawQuery) -> Response<Body> {
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    uncached(Redirect::permanent(&paths::safe_return(&format!("{path}{query}"))).into_response())
}

/// The organisation that needs not be named: the one whose host name was called, or the only one there is.
fn only_organisation(pages: &Pages, visitor: &Visitor) -> Option<Arc<CorpState>> {
    visitor.organisation_of_host(pages).or_else(|| {
        let state = pages.store.state();
        let mut corps = state.corps.values();
        corps.next().filter(|_| corps.next().is_none()).cloned()
    })
}

/// The organisation that the browser last signed a member of in.
fn last_organisation(pages: &Pages, visitor: &Visitor) -> Option<Arc<CorpState>> {
    find(pages, visitor, &visitor.cookie(cookies::ORGANISATION)?)
}

/// The organisation that a short name, or the id, leads to. At the host name of an organisation there is no other one.
fn find(pages: &Pages, visitor: &Visitor, named: &str) -> Option<Arc<CorpState>> {
    let state = pages.store.state();
    let found = state.corp_of_short_name(named).or_else(|| state.corps.get(&CorpId::from(named)))?;
    let of_host = visitor.organisation_of_host(pages);
    of_host.is_none_or(|of_host| of_host.corp.id == found.corp.id).then(|| Arc::clone(found))
}

async fn sign_in_to(
    pages: &Pages,
    corp: &CorpState,
    given: Given,
    visitor: &Visitor,
    extensions: &Extensions,
) -> Response<Body> {
    match check(pages, &corp.corp.id, &given, visitor, extensions).await {
        Ok(Ok(SignedInNow { session, browser, must_change_password })) => {
            let next = paths::safe_return(&given.next);
            let next = if must_change_password { paths::change_password(&next) } else { next };
            let mut response = uncached(Redirect::to(&next).into_response());
            visitor.scheme.set(&mut response, cookies::SESSION, &session, session::SESSION_DAYS);
            visitor.scheme.set(&mut response, cookies::KNOWN_BROWSER, &browser, KNOWN_DAYS);
            visitor.scheme.set(&mut response, cookies::ORGANISATION, &corp.corp.short_name, KNOWN_DAYS);
            response
        }
        Ok(Err(error)) => draw(pages, visitor, corp, given, Some(error)).await,
        Err(error) => failed(Page::new(language(&visitor.headers), paths::SIGN_IN), &error),
    }
}

/// What a browser keeps after signing a member in.
struct SignedInNow {
    /// The text of the new session.
    session: String,
    /// What it is known by from then on.
    browser: String,
    must_change_password: bool,
}

/// A new session, or why there is none.
async fn check(
    pages: &Pages,
    corp: &CorpId,
    given: &Given,
    visitor: &Visitor,
    extensions: &Extensions,
) -> Result<Result<SignedInNow, SignInError>> {
    let userid = UserId::from(given.userid.as_str());
    let mark = visitor.cookie(cookies::KNOWN_BROWSER).unwrap_or_default();
    let known = session::known_browser(&pages.env, corp, &userid, &mark)?;
    let caller = known.map_or(Caller::Address(address(extensions)), Caller::KnownBrowser);
    let Some(tried) = pages.sign_in_limits.begin(corp, &userid, caller, pages.env.now()) else {
        return Ok(Err(SignInError::TooManyTries));
    };
    let outcome = verify_and_begin(pages, given, visitor, corp, &userid).await;
    match &outcome {
        Ok(Ok(_)) => pages.sign_in_limits.succeeded(&tried),
        Ok(Err(SignInError::Busy)) | Err(_) => pages.sign_in_limits.not_made(&tried),
        Ok(Err(_)) => {}
    }
    let number = known.unwrap_or_else(|| pages.env.random_bytes());
    let browser = session::browser_mark(&pages.env, corp, &userid, number)?;
    Ok(outcome?.map(|(session, must_change_password)| SignedInNow { session, browser, must_change_password }))
}

/// Verifies the password and begins a session; returns its text, and whether another password has to be chosen first.
async fn verify_and_begin(
    pages: &Pages,
    given: &Given,
    visitor: &Visitor,
    corp: &CorpId,
    userid: &UserId,
) -> Result<Result<(String, bool), SignInError>> {
    let (of, who) = (corp.clone(), userid.clone());
    let found = pages.store.read(corp, move |tx| {
        let member = tx.member_no(&of, &who)?;
        member.map(|member| Ok((member, tx.password_of(&of, member)?))).transpose()
    });
    let (member, (password_hash, origin)) = match found.await? {
        Some((member, password)) => (Some(member), password),
        None => (None, (String::new(), PasswordOrigin::Initial)),
    };
    let Some(matches) = pages.verifier.verify(password_hash.clone(), given.password.clone()).await? else {
        return Ok(Err(SignInError::Busy));
    };
    let (Some(member), true) = (member, matches) else { return Ok(Err(SignInError::WrongPassword)) };
    let (env, browser, of) = (pages.env.clone(), browser(&visitor.headers), corp.clone());
    let verified = Verified { member, password_hash };
    let replaced = visitor.cookie(cookies::SESSION);
    let signature = Signature::member(&env, userid, "sign_in");
    let begun = pages
        .store
        .write(corp, signature, move |tx| {
            session::sign_in(tx, &env, &of, &verified, browser, replaced.as_deref())
        })
        .await?;
    // A session of another organisation is none of that unit's.
    if begun.is_some()
        && let Some(before) = current(pages, visitor).await?
        && before.member.corp != *corp
    {
        end(pages, before.session, before.member.corp).await;
    }
    Ok(begun.map(|session| (session, origin == PasswordOrigin::Temporary)).ok_or(SignInError::WrongPassword))
}

/// The address that a request counts for.
pub(super) fn address(extensions: &Extensions) -> IpAddr {
    Peer::of(extensions).map_or(Ipv4Addr::UNSPECIFIED.into(), |peer| peer.address)
}

/// The sign-in page of an organisation.
async fn draw(
    pages: &Pages,
    visitor: &Visitor,
    corp: &CorpState,
    given: Given,
    error: Option<SignInError>,
) -> Response<Body> {
    let next = paths::safe_return(&given.next);
    let lang = language(&visitor.headers);
    let is_only = only_organisation(pages, visitor).is_some();
    let (action, path) = if is_only {
        (paths::SIGN_IN.to_owned(), paths::sign_in(&next))
    } else {
        (paths::organisation(&corp.corp.short_name, ""), paths::door(&corp.corp.short_name, &next))
    };
    let page = Page { organisation: Some(Organisation::of(&corp.corp)), ..Page::new(lang, path) };
    let hints = match hints(pages, corp).await {
        Ok(hints) => hints,
        Err(error) => return failed(page, &error),
    };
    let other = (!is_only).then(|| paths::other_organisation(&next));
    let view = SignIn { page, next, action, other, userid: given.userid, hints, error };
    respond(error.map_or(200, SignInError::status), page::sign_in(&view))
}

/// Asks for the organisation. A short name that leads nowhere may be corrected.
async fn ask(
    pages: &Pages,
    headers: &HeaderMap,
    next: &str,
    named: String,
    problem: Option<ChoiceError>,
) -> Response<Body> {
    let next = paths::safe_return(next);
    let page = Page::new(language(headers), paths::other_organisation(&next));
    let demonstration = pages.store.state().corps.values().find(|corp| corp.corp.demo).cloned();
    let hints = match demonstration.filter(|_| problem.is_none()) {
        Some(corp) => hints(pages, &corp).await,
        None => Ok(Vec::new()),
    };
    let hints = match hints {
        Ok(hints) => hints,
        Err(error) => return failed(page, &error),
    };
    let view = OrganisationChoice { page, next, named, problem, hints };
    respond(problem.map_or(200, ChoiceError::status), page::organisation_choice(&view))
}

pub(super) fn respond(status: u16, rendered: page::Html) -> Response<Body> {
    let mut response = html(status, PageKind::App, rendered);
    if matches!(status, 429 | 503) {
        response.headers_mut().insert(header::RETRY_AFTER, RETRY_SECONDS);
    }
    response
}

/// Members of a demonstration to pick.
async fn hints(pages: &Pages, corp: &CorpState) -> Result<Vec<MemberHint>> {
    if !corp.corp.demo {
        return Ok(Vec::new());
    }
    let of = corp.corp.id.clone();
    let members =
        pages.store.read(&corp.corp.id, move |tx| tx.members_with_initial_password(&of, HINTS)).await?;
    let hint = |(userid, name): (UserId, String)| MemberHint {
        corp: corp.corp.short_name.clone(),
        userid: userid.to_string(),
        name,
        password: corp::DEMO_PASSWORD.to_owned(),
    };
    Ok(members.into_iter().map(hint).collect())
}
