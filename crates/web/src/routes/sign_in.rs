//! Signing in to an organisation.
//!
//! `/o/NAME/` is the entry page of an organisation. `/sign-in` redirects to it: to the only organisation, to the one with the host
//! name of the request, to the one of the last sign-in, or to the one that the visitor names. The pages do not reveal which
//! organisations exist.

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
    session::{self, VerifiedPassword},
    sign_on,
};
use carillon_model::{
    audit::Signature,
    error::{Error, Result},
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
    session::{browser, current, end, session_days, uncached},
};
use crate::{
    page, paths,
    security::PageKind,
    sign_in_limits::Caller,
    view::{
        ChoiceError, DemoMember, NoticeKind, Organisation, OrganisationChoice, OtherOrganisation, Page,
        SignIn, SignInError, SignInProvider,
    },
};

/// Days until the cookies that mark a known browser and its organisation expire.
pub(super) const KNOWN_DAYS: i64 = 365;
/// The value of `Retry-After`, in seconds.
const RETRY_SECONDS: HeaderValue = HeaderValue::from_static("10");
/// The most members that the sign-in page of a demonstration organisation lists.
const MAX_DEMO_MEMBERS: i64 = 6;

/// Shows the sign-in page, or asks for the organisation.
pub async fn form(
    State(pages): State<Pages>,
    Query(query): Query<HashMap<String, String>>,
    visitor: Visitor,
) -> Response<Body> {
    let next = paths::safe_return(query.get("next").map_or("", String::as_str));
    let name = query.get("organisation").map(|name| short_name::normalize(name)).unwrap_or_default();
    if let Some(corp) = only_organisation(&pages, &visitor) {
        return render(&pages, &visitor, &corp, SignInForm { next, ..SignInForm::default() }, None).await;
    }
    let is_submitted = query.contains_key("organisation");
    if is_submitted || query.contains_key("other") {
        let problem = match name.as_str() {
            "" => is_submitted.then_some(ChoiceError::Missing),
            name => match find(&pages, &visitor, name) {
                Some(corp) => return redirect_to_sign_in(&corp, &next),
                None => Some(ChoiceError::Unknown),
            },
        };
        return ask_for_organisation(&pages, &visitor.headers, &next, name, problem).await;
    }
    match last_organisation(&pages, &visitor) {
        Some(corp) => redirect_to_sign_in(&corp, &next),
        None => ask_for_organisation(&pages, &visitor.headers, &next, name, None).await,
    }
}

/// A submitted form.
#[derive(Clone, Default, Deserialize)]
pub struct SignInForm {
    #[serde(default)]
    next: String,
    /// The short name of the organisation; may be empty if the organisation is known.
    #[serde(default)]
    corp: String,
    #[serde(default)]
    userid: String,
    #[serde(default)]
    password: String,
}

impl SignInForm {
    /// The form of a page that leads somewhere.
    pub(super) fn leading_to(next: String) -> Self {
        Self { next, ..Self::default() }
    }
}

/// Returns the organisation of a short name. Without one, the only organisation, or that of the last sign-in in this browser.
pub(super) fn requested(pages: &Pages, visitor: &Visitor, name: &str) -> Option<Arc<CorpState>> {
    match short_name::normalize(name).as_str() {
        "" => only_organisation(pages, visitor).or_else(|| last_organisation(pages, visitor)),
        name => find(pages, visitor, name),
    }
}

/// Signs a member in.
pub async fn sign_in(
    State(pages): State<Pages>,
    visitor: Visitor,
    extensions: Extensions,
    Form(form): Form<SignInForm>,
) -> Response<Body> {
    let name = short_name::normalize(&form.corp);
    match requested(&pages, &visitor, &name) {
        Some(corp) => sign_in_to(&pages, &corp, form, &visitor, &extensions).await,
        None => {
            let problem = if name.is_empty() { ChoiceError::Missing } else { ChoiceError::Unknown };
            ask_for_organisation(&pages, &visitor.headers, &form.next, name, Some(problem)).await
        }
    }
}

/// Redirects from an address without a slash to the entry page of an organisation.
pub async fn redirect_to_entry(
    State(pages): State<Pages>,
    Path(name): Path<String>,
    query: RawQuery,
) -> Response<Body> {
    let name =
        pages.store.state().corp_of_short_name(&name).map_or(name, |corp| corp.corp.short_name.clone());
    redirect_permanently(&paths::organisation(&name, ""), query)
}

/// The entry page of an organisation.
pub async fn entry(
    State(pages): State<Pages>,
    Path(name): Path<String>,
    Query(parameters): Query<HashMap<String, String>>,
    query: RawQuery,
    visitor: Visitor,
) -> Response<Body> {
    let next = paths::safe_return(parameters.get("next").map_or("", String::as_str));
    open_entry(&pages, &name, "", next, query, visitor).await
}

/// A page below the entry page: `/o/NAME/inbox` redirects to `/inbox` after signing in.
pub async fn entry_to_page(
    State(pages): State<Pages>,
    Path((name, _)): Path<(String, String)>,
    uri: Uri,
    query: RawQuery,
    visitor: Visitor,
) -> Response<Body> {
    // The path as it was sent, with its percent-encoding.
    let rest = uri.path().splitn(4, '/').nth(3).unwrap_or_default();
    let query_text = query.0.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
    let next = paths::safe_return(&format!("/{rest}{query_text}"));
    open_entry(&pages, &name, rest, next, query, visitor).await
}

/// Signs a member in at the entry page of an organisation.
pub async fn sign_in_at_entry(
    State(pages): State<Pages>,
    Path(name): Path<String>,
    visitor: Visitor,
    extensions: Extensions,
    Form(form): Form<SignInForm>,
) -> Response<Body> {
    match find(&pages, &visitor, &short_name::normalize(&name)) {
        Some(corp) => sign_in_to(&pages, &corp, form, &visitor, &extensions).await,
        None => {
            notice(Page::new(language(&visitor.headers), paths::SIGN_IN), NoticeKind::UnknownOrganisation)
        }
    }
}

/// Redirects a member of the organisation to `next`. Others get the sign-in page, or the page that signs them out of another
/// organisation first.
async fn open_entry(
    pages: &Pages,
    name: &str,
    rest: &str,
    next: String,
    query: RawQuery,
    visitor: Visitor,
) -> Response<Body> {
    let path = paths::organisation(name, rest);
    let lang = language(&visitor.headers);
    let Some(corp) = find(pages, &visitor, &short_name::normalize(name)) else {
        return notice(Page::new(lang, path), NoticeKind::UnknownOrganisation);
    };
    if corp.corp.short_name != name {
        return redirect_permanently(&paths::organisation(&corp.corp.short_name, rest), query);
    }
    let signed_in = match current(pages, &visitor).await {
        Ok(signed_in) => signed_in,
        Err(error) => return failed(Page::new(lang, path), &error),
    };
    match signed_in {
        Some(current) if current.member.corp == corp.corp.id => uncached(Redirect::to(&next).into_response()),
        Some(current) => {
            let page = Page {
                organisation: Some(Organisation::of(&current.organisation)),
                vault: current.vault(&pages.env),
                member: Some(current.member.name),
                ..Page::new(lang, paths::entry(name, &next))
            };
            let other = Organisation::of(&corp.corp);
            let view = OtherOrganisation { page, other, entry: paths::entry(name, &next) };
            html(200, PageKind::App, page::other_organisation(&view))
        }
        None => render(pages, &visitor, &corp, SignInForm { next, ..SignInForm::default() }, None).await,
    }
}

/// Redirects to the entry page of an organisation.
fn redirect_to_sign_in(corp: &CorpState, next: &str) -> Response<Body> {
    uncached(Redirect::to(&paths::entry(&corp.corp.short_name, next)).into_response())
}

/// Redirects permanently, but without caching: a short name can be changed back.
fn redirect_permanently(path: &str, RawQuery(query): RawQuery) -> Response<Body> {
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    uncached(Redirect::permanent(&paths::safe_return(&format!("{path}{query}"))).into_response())
}

/// Returns the organisation with the host name of the request, or the only organisation.
fn only_organisation(pages: &Pages, visitor: &Visitor) -> Option<Arc<CorpState>> {
    visitor.organisation_of_host(pages).or_else(|| {
        let state = pages.store.state();
        let mut corps = state.corps.values();
        corps.next().filter(|_| corps.next().is_none()).cloned()
    })
}

/// Returns the organisation of the last sign-in in this browser.
fn last_organisation(pages: &Pages, visitor: &Visitor) -> Option<Arc<CorpState>> {
    find(pages, visitor, &visitor.cookie(cookies::ORGANISATION)?)
}

/// Finds an organisation by its short name or id. At the host name of one organisation, others are not found.
fn find(pages: &Pages, visitor: &Visitor, name: &str) -> Option<Arc<CorpState>> {
    let state = pages.store.state();
    let found = state.corp_of_short_name(name).or_else(|| state.corps.get(&CorpId::from(name)))?;
    let of_host = visitor.organisation_of_host(pages);
    of_host.is_none_or(|of_host| of_host.corp.id == found.corp.id).then(|| Arc::clone(found))
}

async fn sign_in_to(
    pages: &Pages,
    corp: &CorpState,
    form: SignInForm,
    visitor: &Visitor,
    extensions: &Extensions,
) -> Response<Body> {
    match check(pages, &corp.corp.id, &form, visitor, extensions).await {
        Ok(Ok(NewSession { session, browser, must_change_password })) => {
            let next = paths::safe_return(&form.next);
            let next = if must_change_password { paths::change_password(&next) } else { next };
            let mut response = uncached(Redirect::to(&next).into_response());
            visitor.scheme.set(&mut response, cookies::SESSION, &session, session_days(pages));
            visitor.scheme.set(&mut response, cookies::KNOWN_BROWSER, &browser, KNOWN_DAYS);
            visitor.scheme.set(&mut response, cookies::ORGANISATION, &corp.corp.short_name, KNOWN_DAYS);
            response
        }
        Ok(Err(error)) => render(pages, visitor, corp, form, Some(error)).await,
        Err(error) => failed(Page::new(language(&visitor.headers), paths::SIGN_IN), &error),
    }
}

/// The values of the cookies after signing in.
struct NewSession {
    /// The text of the new session.
    session: String,
    /// The mark of a known browser.
    browser: String,
    must_change_password: bool,
}

/// Returns a new session, or why the sign-in failed.
async fn check(
    pages: &Pages,
    corp: &CorpId,
    form: &SignInForm,
    visitor: &Visitor,
    extensions: &Extensions,
) -> Result<Result<NewSession, SignInError>> {
    let userid = UserId::from(form.userid.as_str());
    let browser_mark = visitor.cookie(cookies::KNOWN_BROWSER).unwrap_or_default();
    let known = session::known_browser(&pages.env, corp, &userid, &browser_mark)?;
    let caller = known.map_or(Caller::Address(address(extensions)), Caller::KnownBrowser);
    let Some(counted) = pages.sign_in_limits.begin(corp, &userid, caller, pages.env.now()) else {
        return Ok(Err(SignInError::TooManyTries));
    };
    let outcome = verify_and_begin(pages, form, visitor, corp, &userid).await;
    match &outcome {
        Ok(Ok(_)) => pages.sign_in_limits.succeeded(&counted),
        Ok(Err(SignInError::Busy)) | Err(_) => pages.sign_in_limits.cancelled(&counted),
        Ok(Err(_)) => {}
    }
    let number = known.unwrap_or_else(|| pages.env.random_bytes());
    let browser = session::browser_mark(&pages.env, corp, &userid, number)?;
    Ok(outcome?.map(|(session, must_change_password)| NewSession { session, browser, must_change_password }))
}

/// Verifies the password and begins a session. Returns the text of the session, and whether the password must be changed first.
async fn verify_and_begin(
    pages: &Pages,
    form: &SignInForm,
    visitor: &Visitor,
    corp: &CorpId,
    userid: &UserId,
) -> Result<Result<(String, bool), SignInError>> {
    let (of, sought) = (corp.clone(), userid.clone());
    let found = pages.store.read(corp, move |tx| {
        if sign_on::is_only_way(tx, &of)? {
            return Ok(Err(SignInError::ProviderOnly));
        }
        let member = tx.member_no(&of, &sought)?;
        Ok(Ok(member.map(|member| Ok::<_, Error>((member, tx.password_of(&of, member)?))).transpose()?))
    });
    let found = match found.await? {
        Ok(found) => found,
        Err(error) => return Ok(Err(error)),
    };
    let (member, (password_hash, origin)) = match found {
        Some((member, password)) => (Some(member), password),
        None => (None, (String::new(), PasswordOrigin::Initial)),
    };
    let Some(matches) = pages.verifier.verify(password_hash.clone(), form.password.clone()).await? else {
        return Ok(Err(SignInError::Busy));
    };
    let (Some(member), true) = (member, matches) else { return Ok(Err(SignInError::WrongPassword)) };
    let (env, browser, of) = (pages.env.clone(), browser(&visitor.headers), corp.clone());
    let verified = VerifiedPassword { member, password_hash };
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

/// Returns the address that an attempt counts for.
pub(super) fn address(extensions: &Extensions) -> IpAddr {
    Peer::of(extensions).map_or(Ipv4Addr::UNSPECIFIED.into(), |peer| peer.address)
}

/// Renders the sign-in page of an organisation.
pub(super) async fn render(
    pages: &Pages,
    visitor: &Visitor,
    corp: &CorpState,
    form: SignInForm,
    error: Option<SignInError>,
) -> Response<Body> {
    let next = paths::safe_return(&form.next);
    let lang = language(&visitor.headers);
    let is_only = only_organisation(pages, visitor).is_some();
    let (action, path) = if is_only {
        (paths::SIGN_IN.to_owned(), paths::sign_in(&next))
    } else {
        (paths::organisation(&corp.corp.short_name, ""), paths::entry(&corp.corp.short_name, &next))
    };
    let page = Page { organisation: Some(Organisation::of(&corp.corp)), ..Page::new(lang, path) };
    let of = corp.corp.id.clone();
    let settings = match pages.store.read(&corp.corp.id, move |tx| sign_on::settings(tx, &of)).await {
        Ok(settings) => settings,
        Err(error) => return failed(page, &error),
    };
    let provider = settings.map(|settings| SignInProvider {
        href: paths::provider(&corp.corp.short_name, &next),
        label: settings.label,
        is_only_way: settings.only,
    });
    let demo_members = match demo_members(pages, corp).await {
        Ok(demo_members) => demo_members,
        Err(error) => return failed(page, &error),
    };
    let other = (!is_only).then(|| paths::other_organisation(&next));
    let view = SignIn { page, next, action, other, userid: form.userid, provider, demo_members, error };
    respond(error.map_or(200, SignInError::status), page::sign_in(&view))
}

/// Asks for the organisation. An unknown short name is shown in the form again.
async fn ask_for_organisation(
    pages: &Pages,
    headers: &HeaderMap,
    next: &str,
    name: String,
    problem: Option<ChoiceError>,
) -> Response<Body> {
    let next = paths::safe_return(next);
    let page = Page::new(language(headers), paths::other_organisation(&next));
    if pages.store.state().corps.is_empty() {
        return notice(page, NoticeKind::NoOrganisation);
    }
    let demonstration = pages.store.state().corps.values().find(|corp| corp.corp.demo).cloned();
    let demo_members = match demonstration.filter(|_| problem.is_none()) {
        Some(corp) => demo_members(pages, &corp).await,
        None => Ok(Vec::new()),
    };
    let demo_members = match demo_members {
        Ok(demo_members) => demo_members,
        Err(error) => return failed(page, &error),
    };
    let view = OrganisationChoice { page, next, short_name: name, problem, demo_members };
    respond(problem.map_or(200, ChoiceError::status), page::organisation_choice(&view))
}

pub(super) fn respond(status: u16, rendered: page::Html) -> Response<Body> {
    let mut response = html(status, PageKind::App, rendered);
    if matches!(status, 429 | 503) {
        response.headers_mut().insert(header::RETRY_AFTER, RETRY_SECONDS);
    }
    response
}

/// Returns members of a demonstration organisation to pick; empty for others.
async fn demo_members(pages: &Pages, corp: &CorpState) -> Result<Vec<DemoMember>> {
    if !corp.corp.demo {
        return Ok(Vec::new());
    }
    let of = corp.corp.id.clone();
    let members = pages
        .store
        .read(&corp.corp.id, move |tx| tx.members_with_initial_password(&of, MAX_DEMO_MEMBERS))
        .await?;
    let member = |(userid, name): (UserId, String)| DemoMember {
        corp: corp.corp.short_name.clone(),
        userid: userid.to_string(),
        name,
        password: corp::DEMO_PASSWORD.to_owned(),
    };
    Ok(members.into_iter().map(member).collect())
}
