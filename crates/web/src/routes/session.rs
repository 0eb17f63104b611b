//! Signing in and out, and who is signed in.

use std::collections::HashMap;

use axum::{
    body::Body,
    extract::{Form, FromRequestParts, Query, State},
    http::{HeaderMap, HeaderValue, Response, StatusCode, header, request::Parts},
    response::{IntoResponse, Redirect},
};
use carillon_domain::{activity, corp, password, session};
use carillon_model::{
    error::{Error, Result},
    fact::Client,
    id::{CorpId, MemberNo, UserId},
};
use serde::Deserialize;

use super::{Pages, cookie, empty, failed, html, language};
use crate::{
    page, paths,
    security::PageKind,
    text::Lang,
    view::{MemberHint, Page, SignIn, SignInError},
};

/// The cookie that holds the session.
const COOKIE: &str = "carillon_session";
/// Members that the sign-in page of a demonstration organisation lists.
const HINTS: i64 = 6;

/// The member who asks. Without one, a page sends the browser to sign in, and anything else is refused.
pub struct SignedIn {
    pub corp: CorpId,
    pub member: MemberNo,
    pub name: String,
    pub lang: Lang,
    /// Path and query of the request.
    pub path: String,
}

impl SignedIn {
    /// What every page needs.
    pub fn page(&self) -> Page {
        Page { lang: self.lang, path: self.path.clone(), member: Some(self.name.clone()) }
    }
}

impl FromRequestParts<Pages> for SignedIn {
    type Rejection = Response<Body>;

    async fn from_request_parts(parts: &mut Parts, pages: &Pages) -> Result<Self, Response<Body>> {
        let lang = language(&parts.headers);
        let path = parts.uri.path_and_query().map_or(paths::INBOX, |path| path.as_str()).to_owned();
        match who(pages, &parts.headers).await {
            Ok(Some((corp, member, name))) => Ok(Self { corp, member, name, lang, path }),
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

/// The signed-in member with the name, if there is one. The first visit of a day is noted.
pub async fn who(pages: &Pages, headers: &HeaderMap) -> Result<Option<(CorpId, MemberNo, String)>> {
    let Some(text) = cookie(headers, COOKIE).map(str::to_owned) else { return Ok(None) };
    let env = pages.env.clone();
    let found = pages.store.read(move |tx| {
        let Some(session) = session::find(tx, &env, &text)? else { return Ok(None) };
        let name = tx.member_name(&session.corp, session.member)?.map(|(_, name)| name);
        Ok(name.map(|name| (session.corp, session.member, name)))
    });
    let Some((corp, member, name)) = found.await? else { return Ok(None) };
    if activity::is_first_today(pages.store.state().corp(&corp)?, &pages.env, member)? {
        let (env, of) = (pages.env.clone(), corp.clone());
        let client = client(headers);
        pages.store.write(move |tx| activity::note(tx, &env, &of, member, client)).await?;
    }
    Ok(Some((corp, member, name)))
}

/// The sign-in page.
pub async fn form(
    State(pages): State<Pages>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response<Body> {
    let next = paths::safe_return(query.get("next").map_or("", String::as_str)).to_owned();
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
    headers: HeaderMap,
    Form(given): Form<Given>,
) -> Response<Body> {
    match check(&pages, &given, client(&headers)).await {
        Ok(Ok(text)) => {
            let next = paths::safe_return(&given.next).to_owned();
            with_cookie(&pages, Redirect::to(&next).into_response(), &text, session::SESSION_DAYS * 86_400)
        }
        Ok(Err(error)) => draw(&pages, &headers, given, Some(error)).await,
        Err(error) => failed(page(&headers), &error),
    }
}

/// Signs the member out.
pub async fn sign_out(State(pages): State<Pages>, headers: HeaderMap) -> Response<Body> {
    if let Some(text) = cookie(&headers, COOKIE).map(str::to_owned)
        && let Err(error) = pages.store.write(move |tx| session::end(tx, &text)).await
    {
        return failed(page(&headers), &error);
    }
    with_cookie(&pages, Redirect::to(paths::SIGN_IN).into_response(), "", 0)
}

/// Whether a phone or a computer asks, as browsers say of themselves.
fn client(headers: &HeaderMap) -> Client {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    if agent.contains("Mobile") || agent.contains("Android") { Client::MobileWeb } else { Client::Web }
}

/// The text of a new session, or why there is none.
async fn check(pages: &Pages, given: &Given, client: Client) -> Result<Result<String, SignInError>> {
    let Some(corp) = chosen_corp(pages, &given.corp) else { return Ok(Err(SignInError::UnknownCorp)) };
    if !pages.throttle.may_try(corp.as_str(), &given.userid) {
        return Ok(Err(SignInError::TooManyTries));
    }
    let (of, userid) = (corp.clone(), UserId::from(given.userid.as_str()));
    let found = pages.store.read(move |tx| {
        let member = tx.member_no(&of, &userid)?;
        member.map(|member| Ok((member, tx.password_hash(&of, member)?))).transpose()
    });
    let (member, hash) = match found.await? {
        Some((member, hash)) => (Some(member), hash),
        None => (None, String::new()),
    };
    let permit = pages.throttle.check().await;
    let tried = given.password.clone();
    let matches = tokio::task::spawn_blocking(move || password::verify(&hash, &tried));
    let matches = matches.await.map_err(Error::internal)??;
    drop(permit);
    let (Some(member), true) = (member, matches) else { return Ok(Err(SignInError::WrongPassword)) };
    let env = pages.env.clone();
    pages.store.write(move |tx| session::begin(tx, &env, &corp, member, client)).await.map(Ok)
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
        Some(_) => 401,
    };
    let view = SignIn {
        page: page(headers),
        next: paths::safe_return(&given.next).to_owned(),
        corp: several.then_some(given.corp),
        userid: given.userid,
        hints,
        error,
    };
    html(status, PageKind::App, page::sign_in(&view))
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
    let members = pages.store.read(move |tx| tx.members_with_password(&of, HINTS)).await?;
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

fn with_cookie(pages: &Pages, mut response: Response<Body>, text: &str, seconds: i64) -> Response<Body> {
    let secure = if pages.https { "; Secure" } else { "" };
    let cookie = format!("{COOKIE}={text}; Path=/; Max-Age={seconds}; SameSite=Lax; HttpOnly{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
