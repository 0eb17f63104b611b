//! The reference of the API: a page for each operation and event, guides, search. It is for everybody, also without a session, and says
//! what the server enforces, because it is made from the same declarations.

mod inline;
mod markdown;
mod page;
mod text;

use std::sync::{Arc, OnceLock};

use axum::{
    Router,
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, Response, StatusCode, header, request::Parts},
    response::IntoResponse,
    routing::get,
};
use carillon_reference::Reference;
use serde::Deserialize;

use crate::{
    page::Html,
    routes::{Pages, html, notice, visitor_page},
    security::PageKind,
    view::{NoticeKind, Page},
};

/// Results of a search on a page.
const RESULTS: usize = 50;

/// The document, and the reference of it once it is needed: most servers run for long without anybody reading it.
#[derive(Default)]
pub(crate) struct Source {
    document: &'static str,
    built: OnceLock<Reference>,
}

impl Source {
    pub(crate) fn new(document: &'static str) -> Self {
        Self { document, built: OnceLock::new() }
    }

    /// The reference. Building it takes longer than a request may hold up others.
    async fn reference(self: &Arc<Self>) -> Arc<Self> {
        if self.built.get().is_none() {
            let source = Arc::clone(self);
            // If it panics, the next use builds it.
            let _ = tokio::task::spawn_blocking(move || source.get().operations.len()).await;
        }
        Arc::clone(self)
    }

    fn get(&self) -> &Reference {
        self.built.get_or_init(|| {
            let document = serde_json::from_str(self.document).unwrap_or_default();
            Reference::of(&document)
        })
    }
}

/// The routes.
pub(crate) fn routes() -> Router<Pages> {
    Router::new()
        .route("/reference", get(home))
        .route("/reference/search", get(search))
        .route("/reference/errors", get(errors))
        .route("/reference/permissions", get(permissions))
        .route("/reference/events", get(events))
        .route("/reference/events/{name}", get(event))
        .route("/reference/{id}", get(operation))
        .route("/llms.txt", get(llms))
}

/// What a page of the reference is made from.
struct Reader {
    source: Arc<Source>,
    page: Page,
    base_url: Arc<str>,
}

impl Reader {
    async fn of(pages: &Pages, request: &Parts) -> Self {
        let path = request.uri.path_and_query().map_or("/reference", |path| path.as_str());
        Self {
            source: pages.reference.reference().await,
            page: visitor_page(pages, request, path).await,
            base_url: Arc::clone(&pages.base_url),
        }
    }

    fn reference(&self) -> &Reference {
        self.source.get()
    }

    fn not_found(self) -> Response<Body> {
        notice(self.page, NoticeKind::NotFound)
    }

    fn frame(&self) -> page::ReferenceFrame<'_> {
        page::ReferenceFrame::new(&self.page, self.reference())
    }
}

fn shown(rendered: Html) -> Response<Body> {
    html(200, PageKind::App, rendered)
}

async fn home(State(pages): State<Pages>, request: Parts) -> Response<Body> {
    let reader = Reader::of(&pages, &request).await;
    shown(page::home(reader.frame()))
}

async fn operation(State(pages): State<Pages>, Path(id): Path<String>, request: Parts) -> Response<Body> {
    let reader = Reader::of(&pages, &request).await;
    let (id, is_markdown) = match id.strip_suffix(".md") {
        Some(id) => (id, true),
        None => (id.as_str(), prefers_markdown(&request.headers)),
    };
    let Some(operation) = reader.reference().operation(id) else {
        return match reader.reference().missing(id) {
            Some(entry) => shown(page::missing(reader.frame(), entry)),
            None => reader.not_found(),
        };
    };
    if is_markdown {
        let text = markdown::operation(reader.reference(), operation, reader.page.lang, &reader.base_url);
        return markdown_response(text);
    }
    let mut response = shown(page::operation(reader.frame(), operation, &reader.base_url));
    response.headers_mut().append(header::VARY, HeaderValue::from_static("accept"));
    response
}

async fn event(State(pages): State<Pages>, Path(name): Path<String>, request: Parts) -> Response<Body> {
    let reader = Reader::of(&pages, &request).await;
    match reader.reference().event(&name) {
        Some(event) => shown(page::event(reader.frame(), event)),
        None => reader.not_found(),
    }
}

async fn events(State(pages): State<Pages>, request: Parts) -> Response<Body> {
    let reader = Reader::of(&pages, &request).await;
    shown(page::events(reader.frame()))
}

async fn errors(State(pages): State<Pages>, request: Parts) -> Response<Body> {
    let reader = Reader::of(&pages, &request).await;
    shown(page::errors(reader.frame()))
}

async fn permissions(State(pages): State<Pages>, request: Parts) -> Response<Body> {
    let reader = Reader::of(&pages, &request).await;
    shown(page::permissions(reader.frame()))
}

#[derive(Deserialize)]
struct Typed {
    #[serde(default)]
    q: String,
}

async fn search(State(pages): State<Pages>, Query(typed): Query<Typed>, request: Parts) -> Response<Body> {
    let reader = Reader::of(&pages, &request).await;
    let typed: String = typed.q.chars().take(200).collect();
    let found = reader.reference().search(&typed, RESULTS);
    shown(page::search(reader.frame(), &typed, &found))
}

async fn llms(State(pages): State<Pages>, request: Parts) -> Response<Body> {
    let reader = Reader::of(&pages, &request).await;
    markdown_response(markdown::llms(reader.reference(), reader.page.lang, &reader.base_url))
}

/// Whether a program asks for the text rather than the page.
fn prefers_markdown(headers: &HeaderMap) -> bool {
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accepts.contains("text/markdown") && !accepts.contains("text/html")
}

fn markdown_response(text: String) -> Response<Body> {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/markdown; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
        (header::VARY, HeaderValue::from_static("cookie, accept-language, accept")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (StatusCode::OK, headers, text).into_response()
}
