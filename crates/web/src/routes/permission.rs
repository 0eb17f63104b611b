//! The page that errors of the API link to: which permission an app lacks, and how to grant it.

use std::collections::HashMap;

use axum::{
    body::Body,
    extract::{Query, State},
    http::{Response, request::Parts},
};

use super::{Pages, html, language, unserved};
use crate::{
    page, paths,
    security::PageKind,
    view::{Page, PermissionNeeded},
};

/// The most bytes of the parameter.
const MAX_CONTENT_BYTES: usize = 1024;

/// Shows the command that grants permissions to an app, from `KEY#CODE,CODE`. Nothing is looked up, so the page does not reveal which
/// apps exist.
pub async fn show(
    State(pages): State<Pages>,
    Query(query): Query<HashMap<String, String>>,
    request: Parts,
) -> Response<Body> {
    let Some((app_key, permissions)) = query.get("content").and_then(|content| parse(content)) else {
        return unserved(&pages, &request).await;
    };
    let page = Page::new(language(&request.headers), paths::INBOX);
    html(200, PageKind::App, page::permission_needed(&PermissionNeeded { page, app_key, permissions }))
}

/// Parses the parameter. Only characters of names are allowed, because the page shows a command to copy.
fn parse(content: &str) -> Option<(String, Vec<String>)> {
    let (app_key, permissions) = content.split_once('#').filter(|_| content.len() <= MAX_CONTENT_BYTES)?;
    let is_name = |text: &str| {
        !text.is_empty()
            && !text.starts_with('-')
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
    };
    let permissions: Vec<String> = permissions.split(',').map(str::to_owned).collect();
    let is_valid = is_name(app_key) && permissions.iter().all(|permission| is_name(permission));
    is_valid.then(|| (app_key.to_owned(), permissions))
}
