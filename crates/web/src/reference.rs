//! The reference of the API: a page for each operation and event, guides, search. It is for everybody, also without a session, and says
//! what the server enforces, because it is made from the same declarations.

mod form;
mod guide;
mod inline;
mod markdown;
mod page;
mod text;
mod trying;

use std::{
    convert::Infallible,
    sync::{Arc, OnceLock},
};

use axum::{
    Router,
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, Response, StatusCode, header, request::Parts},
    response::IntoResponse,
    routing::get,
};
use bytes::Bytes;
use carillon_domain::system::SettingInForce;
use carillon_reference::{Reference, openapi30};
use futures::stream;
use serde::Deserialize;

use crate::{
    page::Html,
    routes::{Pages, html, notice, visitor_page},
    security::PageKind,
    text::Lang,
    view::{NoticeKind, Page},
};

/// Results of a search on a page.
const RESULTS: usize = 50;
/// Bytes of a large text that are handed to a connection at once.
const PIECE: usize = 16 << 10;

/// The document, and the reference of it once it is needed: most servers run for long without anybody reading it.
#[derive(Default)]
pub(crate) struct Source {
    document: &'static str,
    built: OnceLock<Reference>,
    /// The document in OpenAPI 3.0.
    converted: OnceLock<Bytes>,
    /// The collections in English and Chinese.
    collections: [OnceLock<Bytes>; 2],
}

impl Source {
    pub(crate) fn new(document: &'static str) -> Self {
        Self { document, ..Self::default() }
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

    /// The document in OpenAPI 3.0. It is kept, so that nobody can make the server convert it again and again.
    async fn converted(self: &Arc<Self>) -> Bytes {
        let source = Arc::clone(self);
        let converting = move || {
            let converted = source.converted.get_or_init(|| {
                let document = serde_json::from_str(source.document).unwrap_or_default();
                openapi30::of(&document).to_string().into()
            });
            converted.clone()
        };
        tokio::task::spawn_blocking(converting).await.unwrap_or_default()
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
        .route("/reference/facts", get(facts))
        .route("/reference/facts/{name}", get(fact))
        .route("/reference/limits", get(limits))
        .route("/reference/limits.md", get(limits_as_markdown))
        .route("/reference/guides/{name}", get(guide))
        .route("/reference/{id}", get(operation))
        .route("/reference/postman.json", get(postman))
        .route("/openapi.json", get(document))
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

fn page_response(rendered: Html) -> Response<Body> {
    html(200, PageKind::App, rendered)
}

async fn home(State(pages): State<Pages>, request: Parts) -> Response<Body> {
    let reader = Reader::of(&pages, &request).await;
    page_response(page::home(reader.frame()))
}

async fn operation(State(pages): State<Pages>, Path(id): Path<String>, request: Parts) -> Response<Body> {
    let reader = Reader::of(&pages, &request).await;
    let (id, is_markdown) = match id.strip_suffix(".md") {
        Some(id) => (id, true),
        None => (id.as_str(), prefers_markdown(&request.headers)),
    };
    let Some(operation) = reader.reference().operation(id) else {
        return match reader.reference().missing(id) {
            Some(entry) => page_response(page::missing(reader.frame(), entry)),
            None => reader.not_found(),
        };
    };
    if is_markdown {
        let settings = Some(&*pages.env.settings);
        let text =
            markdown::operation(reader.reference(), operation, reader.page.lang, &reader.base_url, settings);
        return markdown_response(text);
    }
    let path = format!("/reference/{id}");
    let of = trying::reader(&pages, &request, &path).await;
    let server = page::OnServer { base_url: &reader.base_url, settings: &pages.env.settings, reader: &of };
    let mut response = page_response(page::operation(reader.frame(), operation, &server));
    response.headers_mut().append(header::VARY, HeaderValue::from_static("accept"));
    response
}

async fn guide(State(pages): State<Pages>, Path(name): Path<String>, request: Parts) -> Response<Body> {
    let reader = Reader::of(&pages, &request).await;
    let (name, is_markdown) = match name.strip_suffix(".md") {
        Some(name) => (name, true),
        None => (name.as_str(), prefers_markdown(&request.headers)),
    };
    let Some(guide) = reader.reference().guides.iter().find(|guide| guide.name == name) else {
        return reader.not_found();
    };
    if is_markdown {
        return markdown_response(markdown::guide(guide, reader.page.lang, &reader.base_url));
    }
    page_response(page::guide(reader.frame(), guide, &reader.base_url))
}

async fn event(State(pages): State<Pages>, Path(name): Path<String>, request: Parts) -> Response<Body> {
    let reader = Reader::of(&pages, &request).await;
    let (name, is_markdown) = match name.strip_suffix(".md") {
        Some(name) => (name, true),
        None => (name.as_str(), prefers_markdown(&request.headers)),
    };
    match reader.reference().event(name) {
        Some(event) if is_markdown => {
            markdown_response(markdown::event(reader.reference(), event, reader.page.lang))
        }
        Some(event) => page_response(page::event(reader.frame(), event)),
        None => reader.not_found(),
    }
}

async fn events(State(pages): State<Pages>, request: Parts) -> Response<Body> {
    let reader = Reader::of(&pages, &request).await;
    page_response(page::events(reader.frame()))
}

async fn fact(State(pages): State<Pages>, Path(name): Path<String>, request: Parts) -> Response<Body> {
    let reader = Reader::of(&pages, &request).await;
    let (name, is_markdown) = match name.strip_suffix(".md") {
        Some(name) => (name, true),
        None => (name.as_str(), prefers_markdown(&request.headers)),
    };
    let Some(kind) = reader.reference().fact(name) else { return reader.not_found() };
    if is_markdown {
        return markdown_response(markdown::fact(kind, reader.page.lang));
    }
    page_response(page::fact(reader.frame(), kind))
}

async fn facts(State(pages): State<Pages>, request: Parts) -> Response<Body> {
    let reader = Reader::of(&pages, &request).await;
    page_response(page::facts(reader.frame()))
}

async fn limits(State(pages): State<Pages>, request: Parts) -> Response<Body> {
    if prefers_markdown(&request.headers) {
        return limits_as_markdown(State(pages), request).await;
    }
    let reader = Reader::of(&pages, &request).await;
    page_response(page::limits(reader.frame(), &pages.system.settings()))
}

async fn limits_as_markdown(State(pages): State<Pages>, request: Parts) -> Response<Body> {
    let reader = Reader::of(&pages, &request).await;
    markdown_response(markdown::limits(reader.reference(), reader.page.lang, &pages.system.settings()))
}

async fn errors(State(pages): State<Pages>, request: Parts) -> Response<Body> {
    let reader = Reader::of(&pages, &request).await;
    page_response(page::errors(reader.frame()))
}

async fn permissions(State(pages): State<Pages>, request: Parts) -> Response<Body> {
    let reader = Reader::of(&pages, &request).await;
    page_response(page::permissions(reader.frame()))
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
    page_response(page::search(reader.frame(), &typed, &found))
}

#[derive(Deserialize)]
struct Version {
    dialect: Option<String>,
}

/// The document, in OpenAPI 3.1 or 3.0.
async fn document(State(pages): State<Pages>, Query(version): Query<Version>) -> Response<Body> {
    let text = match version.dialect.as_deref() {
        None | Some("3.1") => Bytes::from_static(pages.reference.document.as_bytes()),
        Some("3.0") => pages.reference.converted().await,
        Some(_) => return (StatusCode::BAD_REQUEST, "dialect is 3.1 or 3.0").into_response(),
    };
    json_in_pieces(text)
}

async fn postman(State(pages): State<Pages>, request: Parts) -> Response<Body> {
    let reader = Reader::of(&pages, &request).await;
    let is_chinese = reader.page.lang == Lang::Zh;
    // Kept like the document in 3.0: nothing else that anybody may ask for takes as long.
    let collection = reader.source.collections[usize::from(is_chinese)]
        .get_or_init(|| reader.reference().postman(&reader.base_url, is_chinese).to_string().into());
    let mut response = json_in_pieces(collection.clone());
    let name = HeaderValue::from_static("attachment; filename=\"carillon.postman_collection.json\"");
    response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("cookie, accept-language"));
    response
}

/// A large text in pieces: over TLS a connection copies each of them, and keeps it until the client has taken it.
fn json_in_pieces(text: Bytes) -> Response<Body> {
    let length = text.len();
    let pieces: Vec<Bytes> =
        (0..length).step_by(PIECE).map(|begin| text.slice(begin..(begin + PIECE).min(length))).collect();
    let body = Body::from_stream(stream::iter(pieces.into_iter().map(Ok::<_, Infallible>)));
    let json = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, json), (header::CONTENT_LENGTH, length.into())], body).into_response()
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

/// The reference as files: one page that needs nothing else in each language, and each page as Markdown. `settings` are the keys of the
/// configuration that the page of limits has. Returns the files by their paths.
///
/// # Errors
/// A template failed to render.
pub fn export(
    document: &'static str,
    base_url: &str,
    settings: &[SettingInForce],
) -> Result<Vec<(String, String)>, askama::Error> {
    let source = Source::new(document);
    let reference = source.get();
    let mut files = vec![("openapi.json".to_owned(), document.to_owned())];
    let converted = serde_json::from_str(document).map(|document| openapi30::of(&document).to_string());
    files.push(("openapi-3.0.json".to_owned(), converted.unwrap_or_default()));
    for lang in [Lang::Zh, Lang::En] {
        let code = lang.code();
        let collection = reference.postman(base_url, lang == Lang::Zh).to_string();
        files.push((format!("{code}/postman.json"), collection));
        files.push((format!("{code}/reference.html"), page::offline(reference, lang, base_url, settings)?));
        files.push((format!("{code}/llms.txt"), markdown::llms(reference, lang, base_url)));
        for operation in &reference.operations {
            let text = markdown::operation(reference, operation, lang, base_url, None);
            files.push((format!("{code}/{}.md", operation.id), text));
        }
        for event in &reference.events {
            files.push((format!("{code}/events/{}.md", event.name), markdown::event(reference, event, lang)));
        }
        files.push((format!("{code}/limits.md"), markdown::limits(reference, lang, settings)));
        for fact in &reference.facts {
            files.push((format!("{code}/facts/{}.md", fact.name), markdown::fact(fact, lang)));
        }
        for guide in &reference.guides {
            files.push((format!("{code}/guides/{}.md", guide.name), markdown::guide(guide, lang, base_url)));
        }
    }
    Ok(files)
}
