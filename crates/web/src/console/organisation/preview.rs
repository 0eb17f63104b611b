//! The sign-in page of the members as a change would make it, in a frame.

use std::collections::HashMap;

use axum::{
    body::Body,
    extract::{Query, State},
    http::Response,
};
use carillon_domain::{corp::MAX_NAME, sign_on};
use carillon_store::Tx;

use crate::{
    console::access::Operator,
    page, paths,
    routes::{Pages, failed, html},
    security::PageKind,
    view::{ColorScheme, Organisation, Page, SignIn, SignInProvider},
};

/// The query of the preview with a name and a colour.
pub fn query(name: &str, color: Option<&str>) -> String {
    format!("name={}&color={}", paths::encode(name), paths::encode(color.unwrap_or_default()))
}

/// Shows the page. Nothing in it can be submitted.
pub async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    let corp = operator.corp().clone();
    let settings = match pages
        .store
        .read(&operator.signed_in.corp, move |tx: &mut Tx<'_>| sign_on::settings(tx, &corp))
        .await
    {
        Ok(settings) => settings,
        Err(error) => return failed(operator.page(), &error),
    };
    let mut organisation = Organisation::of(&operator.signed_in.organisation);
    if let Some(name) = query.get("name").map(|name| name.trim()).filter(|name| !name.is_empty()) {
        organisation.name = name.chars().filter(|letter| !letter.is_control()).take(MAX_NAME).collect();
    }
    if let Some(color) = query.get("color") {
        organisation.accent = color.parse().ok();
    }
    let view = SignIn {
        page: Page {
            organisation: Some(organisation),
            scheme: query.get("scheme").and_then(|code| ColorScheme::parse(code)),
            ..Page::new(operator.signed_in.lang, paths::SIGN_IN)
        },
        next: paths::INBOX.to_owned(),
        action: paths::SIGN_IN.to_owned(),
        other: None,
        userid: String::new(),
        provider: settings.map(|settings| SignInProvider {
            href: "#".to_owned(),
            label: settings.label,
            is_only_way: settings.only,
        }),
        demo_members: Vec::new(),
        error: None,
    };
    html(200, PageKind::Preview, page::sign_in(&view))
}
