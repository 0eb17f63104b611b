//! Chooses the language of the pages.

use std::collections::HashMap;

use axum::{
    extract::{Path, Query},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{paths, text::Lang};

/// A year, in seconds.
const REMEMBERED_SECONDS: u32 = 31_536_000;

/// Keeps the choice in a cookie, and goes back to where the reader came from.
pub async fn choose(Path(code): Path<String>, Query(query): Query<HashMap<String, String>>) -> Response {
    let Some(lang) = Lang::from_tag(&code) else { return StatusCode::NOT_FOUND.into_response() };
    let back = paths::safe_return(query.get("next").map_or("/", String::as_str));
    let cookie =
        format!("lang={}; Path=/; Max-Age={REMEMBERED_SECONDS}; SameSite=Lax; HttpOnly", lang.code());
    (StatusCode::SEE_OTHER, [(header::SET_COOKIE, cookie), (header::LOCATION, back.to_owned())])
        .into_response()
}
