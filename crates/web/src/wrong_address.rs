//! The page for people at addresses that have nothing: a browser that navigates gets it in place of what programs get.

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, Method, Response, StatusCode, header},
    middleware::{Next, from_fn_with_state},
};
use carillon_wire::UnknownPath;

use crate::routes::{Pages, wrong_address};

/// Paths of operations: whoever opens a wrong one in a browser wants to see what a program would.
const OPERATIONS: [&str; 4] = ["/v1.0/", "/topapi/", "/robot/", "/media/upload"];

/// Puts the page in place of what has none. Put it around all routes.
pub fn page_for_people(router: Router, pages: Pages) -> Router {
    router.layer(from_fn_with_state(pages, replace))
}

async fn replace(State(pages): State<Pages>, request: Request, next: Next) -> Response<Body> {
    let path = request.uri().path();
    let is_page = matches!(*request.method(), Method::GET | Method::HEAD)
        && wants_html(request.headers())
        && !OPERATIONS.iter().any(|prefix| path.starts_with(prefix));
    if !is_page {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let head = parts.clone();
    let response = next.run(Request::from_parts(parts, body)).await;
    let has_nothing = response.extensions().get::<UnknownPath>().is_some()
        || matches!(response.status(), StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED);
    if has_nothing && !is_html(response.headers()) { wrong_address(&pages, &head).await } else { response }
}

/// Whether a browser asks, for something to show.
fn wants_html(headers: &HeaderMap) -> bool {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    header("sec-fetch-mode").is_none_or(|mode| mode == "navigate")
        && header("accept").is_some_and(|accept| accept.contains("text/html"))
}

fn is_html(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html"))
}
