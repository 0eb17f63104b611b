//! The routes: they read from the store and render pages.

mod article;
mod callers;
mod chat;
mod comment;
mod cookies;
mod draft;
mod files;
mod inbox;
mod language;
mod live_events;
mod me;
pub(crate) mod menu;
pub(crate) mod own_password;
mod password;
mod password_link;
mod permission;
pub(crate) mod presenter;
pub(crate) mod provider;
mod ranges;
mod search;
mod session;
mod sign_in;
mod verifier;

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::DefaultBodyLimit,
    http::{HeaderMap, Response, StatusCode, header, request::Parts},
    response::{IntoResponse, Redirect},
    routing::{get, post},
};
use carillon_domain::{
    chat::app_url,
    event::subscription::CallbackCheck,
    system::{SystemSource, SystemStatus},
};
use carillon_model::{
    env::Env,
    error::{Error, Rule},
};
use carillon_store::Store;
use carillon_wire::{AllowedAddresses, Catalog, unknown_path};
use tokio::sync::watch;

use crate::{
    article_html::ArticleCleaner,
    best_effort::BestEffort,
    console,
    ended_sessions::EndedSessions,
    live::Hub,
    page, paths,
    provider::{IdentityProvider, Providers},
    reference,
    remote_picture::{Fetch, RemotePictures},
    search_permits::SearchPermits,
    security::{PageKind, page_headers, refuse_other_sites},
    sign_in_limits::SignInLimits,
    text::Lang,
    view::{Notice, NoticeKind, Organisation, Page},
};
use cookies::Scheme;
pub(crate) use cookies::Visitor;
use verifier::Verifier;

pub use callers::{MemberAuthenticator, OperatorAuthenticator};
pub(crate) use chat::multipart_error;
pub(crate) use live_events::stream;
pub(crate) use presenter::Viewer;
pub(crate) use session::{SignedIn, current as session_of, current_with as current_session_with, uncached};

/// The most bytes of a form without a picture.
const FORM_BYTES: usize = 64 << 10;

/// The state that all pages share.
#[derive(Clone)]
pub struct Pages {
    pub(crate) store: Arc<Store>,
    pub(crate) env: Env,
    /// The public address of this server. Addresses that the server sends out begin with it, never with the `Host` of a request.
    pub(crate) base_url: Arc<str>,
    pub(crate) sign_in_limits: Arc<SignInLimits>,
    verifier: Arc<Verifier>,
    pub(crate) live: Arc<Hub>,
    pub(crate) articles: Arc<ArticleCleaner>,
    pub(crate) remote_pictures: RemotePictures,
    /// The addresses that apps may call from.
    pub(crate) allowed_addresses: Arc<AllowedAddresses>,
    pub(crate) providers: Providers,
    /// Checks that callbacks accept events; `None` where none can be set.
    pub(crate) callbacks: Option<Arc<dyn CallbackCheck>>,
    /// Reports the state of the server.
    pub(crate) system: Arc<dyn SystemSource>,
    best_effort: BestEffort,
    ended_sessions: Arc<EndedSessions>,
    pub(crate) search_permits: Arc<SearchPermits>,
    /// The operations. It is made when it is first needed.
    pub(crate) catalog: fn() -> Arc<Catalog>,
    pub(crate) reference: Arc<reference::Source>,
}

impl Pages {
    /// Creates the pages of a store. `catalog` returns the operations, for the journal of calls. When `stopping` becomes true, live pages end, and their browsers reconnect.
    pub fn new(
        store: Arc<Store>,
        env: Env,
        base_url: Arc<str>,
        sign_in_limits: Arc<SignInLimits>,
        stopping: watch::Receiver<bool>,
        catalog: fn() -> Arc<Catalog>,
    ) -> Self {
        Self {
            store,
            live: Arc::new(Hub::new(env.clone(), stopping)),
            env,
            base_url,
            verifier: Arc::new(Verifier::new(sign_in_limits.max_waiting())),
            sign_in_limits,
            articles: Arc::new(ArticleCleaner::default()),
            best_effort: BestEffort::new(),
            ended_sessions: Arc::new(EndedSessions::new()),
            search_permits: Arc::default(),
            catalog,
            remote_pictures: RemotePictures::new(None),
            allowed_addresses: Arc::default(),
            providers: Providers::new(None),
            callbacks: None,
            system: Arc::new(SystemStatus::default()),
            reference: Arc::default(),
        }
    }

    /// Shows the reference of an OpenAPI document.
    pub fn with_document(self, document: &'static str) -> Self {
        Self { reference: Arc::new(reference::Source::new(document)), ..self }
    }

    /// Shows the state of the server.
    pub fn with_system(self, system: Arc<dyn SystemSource>) -> Self {
        Self { system, ..self }
    }

    /// Lets developers set callbacks, which a function checks.
    pub fn with_callbacks(self, callbacks: Arc<dyn CallbackCheck>) -> Self {
        Self { callbacks: Some(callbacks), ..self }
    }

    /// Shows the addresses that apps may call from.
    pub fn with_allowed_addresses(self, allowed_addresses: AllowedAddresses) -> Self {
        Self { allowed_addresses: Arc::new(allowed_addresses), ..self }
    }

    /// Lets authors of articles copy pictures of other servers, which a function fetches.
    pub fn with_remote_pictures(self, fetch: Arc<Fetch>) -> Self {
        Self { remote_pictures: RemotePictures::new(Some(fetch)), ..self }
    }
}

impl Pages {
    /// Lets members sign in by the providers of their organisations.
    pub fn with_providers(self, connections: Arc<dyn IdentityProvider>) -> Self {
        Self { providers: Providers::new(Some(connections)), ..self }
    }
}

/// Returns the router of all pages, which refuses cross-site requests.
pub fn router(pages: Pages) -> Router {
    let base_url = Arc::clone(&pages.base_url);
    refuse_other_sites(routes().layer(DefaultBodyLimit::max(FORM_BYTES)).with_state(pages), &base_url)
}

/// All routes. [`router`] protects each of them.
fn routes() -> Router<Pages> {
    console::routes()
        .merge(reference::routes())
        .route("/", get(|| async { Redirect::to(paths::INBOX) }))
        .route("/sign-in", get(sign_in::form).post(sign_in::sign_in))
        .route("/sign-in/provider", get(provider::start))
        .route(paths::PROVIDER_CALLBACK, get(provider::callback))
        .route(paths::PROVIDER_LOGOUT, post(provider::logout))
        .route("/sign-out/done", get(provider::signed_out))
        .route("/sign-in/link/{text}", get(password_link::form).post(password_link::choose))
        .route("/o/{name}", get(sign_in::redirect_to_entry))
        .route("/o/{name}/", get(sign_in::entry).post(sign_in::sign_in_at_entry))
        .route("/o/{name}/{*rest}", get(sign_in::entry_to_page))
        .route("/me", get(me::show))
        .route("/me/password", get(password::form).post(password::change))
        .route("/me/sessions/end", post(me::end))
        .route("/sign-out", post(session::sign_out))
        .route("/inbox", get(inbox::list))
        .route("/inbox/events", get(live_events::events))
        .route("/inbox/search", get(search::show))
        .route("/inbox/a/{unionid}", get(inbox::conversation))
        .route(
            "/inbox/a/{unionid}/messages",
            get(inbox::to_conversation).post(chat::post).layer(DefaultBodyLimit::max(chat::FORM_BYTES)),
        )
        .route("/inbox/a/{unionid}/messages/{id}", get(inbox::message))
        .route("/inbox/a/{unionid}/profile", get(inbox::profile))
        .route("/inbox/a/{unionid}/draft", post(draft::save_message))
        .route("/inbox/a/{unionid}/menu/{position}", get(inbox::menu_to_conversation).post(chat::choose))
        .route("/article/{corp}/{id}", get(article::show))
        .route("/article/{corp}/{id}/comments", get(article::redirect_from_comments).post(comment::write))
        .route("/article/{corp}/{id}/comments/draft", post(draft::save_comment))
        .route("/article/{corp}/{id}/comments/{comment}/delete", post(comment::delete))
        .route("/media/{id}", get(files::media))
        .route(&format!("{}/{{text}}", app_url::PICTURE_PATH), get(files::chat_picture))
        .route("/assets/{name}", get(files::asset))
        .route("/lang/{code}", get(language::choose))
        .route("/appscope/apply", get(permission::show))
}

/// Returns the response to a request that no route serves: a page for browsers, the error of the API for programs.
pub async fn unserved(pages: &Pages, request: &Parts) -> Response<Body> {
    if !unknown_path::prefers_html(&request.headers) {
        return unknown_path::response(&pages.store, &pages.env, request);
    }
    unknown_path::log(request, StatusCode::NOT_FOUND, "", "there is no such page");
    if let Some(page) = console::missing(pages, request).await {
        return page;
    }
    // After signing in, the inbox is more useful than this page.
    notice(visitor_page(pages, request, paths::INBOX).await, NoticeKind::NotFound)
}

/// A page for everybody, with the name of who is signed in. If the session cannot be read, it is that of a visitor.
pub(crate) async fn visitor_page(pages: &Pages, request: &Parts, path: &str) -> Page {
    let mut page = Page::new(language(&request.headers), path);
    if let Ok(Some(current)) = session::current(pages, &Visitor::of(request, pages)).await {
        page.organisation = Some(Organisation::of(&current.organisation));
        page.vault = current.vault(&pages.env);
        page.member = Some(current.member.name);
    }
    page
}

/// Returns the language of a reader: the one from the cookie, else the one that the browser prefers. The cookie is read under both
/// names, because it does not matter who set it.
fn language(headers: &HeaderMap) -> Lang {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let chosen =
        [Scheme::Https, Scheme::Http].iter().find_map(|scheme| scheme.read(headers, cookies::LANGUAGE));
    Lang::pick(chosen.as_deref(), accepted)
}

pub(crate) fn html(status: u16, kind: PageKind, rendered: page::Html) -> Response<Body> {
    let (status, body) = match rendered {
        Ok(body) => (status, body),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            (500, String::new())
        }
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in page_headers(kind) {
        response.headers_mut().insert(name, header::HeaderValue::from_static(value));
    }
    response
}

pub(crate) fn notice(page: Page, kind: NoticeKind) -> Response<Body> {
    notice_with_sign_in(page, kind, None)
}

/// A notice that may link to the entry page of an organisation.
fn notice_with_sign_in(page: Page, kind: NoticeKind, sign_in: Option<String>) -> Response<Body> {
    let rendered = match page.desk.clone() {
        Some(desk) => console::notice(page, desk, kind),
        None => page::notice(&Notice { page, kind, sign_in }),
    };
    html(kind.status(), PageKind::App, rendered)
}

/// The page of an error of the server, with `Retry-After` if it is overloaded.
pub(crate) fn failed(page: Page, error: &Error) -> Response<Body> {
    // The query may contain what a member searches for, so it is not logged.
    let path = page.path.split('?').next().unwrap_or_default();
    if is_overload(error) {
        tracing::warn!(path, "a page was refused: the server is overloaded");
        return retry_later(notice(page, NoticeKind::Busy));
    }
    tracing::error!(%error, path, "a page could not be shown");
    notice(page, NoticeKind::Unavailable)
}

fn is_overload(error: &Error) -> bool {
    matches!(error, Error::Rule(Rule::Overloaded) | Error::RuleBecause(Rule::Overloaded, _))
}

/// Adds `Retry-After`, in seconds.
fn retry_later(mut response: Response<Body>) -> Response<Body> {
    response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("1"));
    response
}

pub(crate) fn empty(status: StatusCode) -> Response<Body> {
    status.into_response()
}
