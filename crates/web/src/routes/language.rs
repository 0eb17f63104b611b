//! Sets the language of the pages.

use std::collections::HashMap;

use axum::{
    body::Body,
    extract::{Path, Query, State},
    http::{Response, request::Parts},
    response::{IntoResponse, Redirect},
};

use super::{
    Pages,
    cookies::{self, Visitor},
    unserved,
};
use crate::{paths, text::Lang};

/// Days until the cookie expires.
const COOKIE_DAYS: i64 = 365;

/// Stores the language in a cookie, and redirects to `next`.
pub async fn choose(
    State(pages): State<Pages>,
    visitor: Visitor,
    Path(code): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    request: Parts,
) -> Response<Body> {
    let Some(lang) = Lang::from_tag(&code) else { return unserved(&pages, &request).await };
    let back = paths::safe_return(query.get("next").map_or("/", String::as_str));
    let mut response = Redirect::to(&back).into_response();
    visitor.scheme.set(&mut response, cookies::LANGUAGE, lang.code(), COOKIE_DAYS);
    response
}
