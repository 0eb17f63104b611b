//! The routes: they gather the facts from the store and render a page of them.

mod article;
mod files;
mod language;

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Response, StatusCode, header},
    routing::get,
};
use carillon_model::env::Env;
use carillon_store::Store;

use crate::{
    page,
    security::{PageKind, page_headers},
    text::Lang,
    view::{Notice, NoticeKind, Page},
};

/// What all pages share.
#[derive(Clone)]
pub struct Pages {
    /// The data.
    pub store: Arc<Store>,
    /// The clock.
    pub env: Env,
}

/// Routes for the pages.
pub fn router(pages: Pages) -> Router {
    Router::new()
        .route("/article/{corp}/{id}", get(article::show))
        .route("/media/{id}", get(files::media))
        .route("/assets/{name}", get(files::asset))
        .route("/lang/{code}", get(language::choose))
        .with_state(pages)
}

/// The language of whoever asks: the cookie `lang`, else what the browser prefers.
fn language(headers: &HeaderMap) -> Lang {
    let text = |name| headers.get(name).and_then(|value: &header::HeaderValue| value.to_str().ok());
    let cookie = text(header::COOKIE)
        .into_iter()
        .flat_map(|cookies| cookies.split(';'))
        .find_map(|cookie| cookie.trim().strip_prefix("lang="));
    Lang::pick(cookie, text(header::ACCEPT_LANGUAGE))
}

fn html(status: u16, kind: PageKind, rendered: page::Html) -> Response<Body> {
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

fn notice(page: Page, kind: NoticeKind) -> Response<Body> {
    html(kind.status(), PageKind::App, page::notice(&Notice { page, kind, request_id: None }))
}
