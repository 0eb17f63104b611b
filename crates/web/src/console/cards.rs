//! Cards: up to eight articles that sends, menus and automatic replies show as one message.

pub(super) mod articles;
mod edit;
mod load;

use std::collections::HashMap;

use axum::{
    Router,
    body::Body,
    extract::{Path, Query, State},
    http::Response,
    routing::get,
};
use carillon_domain::card::EMPTY;
use carillon_model::{
    error::{Error, Rule},
    id::{AccountId, CardId},
    operator::OperatorRole,
};

use super::{Section, access::Operator, page, text::cards::CardTexts, to_page_above};
use crate::{
    paths,
    routes::{Pages, failed, html, notice},
    security::PageKind,
    view::NoticeKind,
};

/// Roles that see cards: those who write what is sent.
pub const ROLES: &[OperatorRole] = &[OperatorRole::Editor, OperatorRole::Sender];
/// Roles that make and change them.
const CHANGE_ROLES: &[OperatorRole] = &[OperatorRole::Editor];
/// The name of the form of a new card in paths. No card has it as its id.
const NEW: &str = "new";

/// The routes below `/console/cards`.
pub fn routes() -> Router<Pages> {
    let card = "/console/cards/{unionid}/{id}";
    Router::new()
        .route("/console/cards", get(list))
        .route(card, get(show).post(edit::save))
        .route(&format!("{card}/send"), get(to_page_above).post(edit::send))
        .route(&format!("{card}/delete"), get(to_page_above).post(edit::delete))
}

/// The path of the page of a card.
pub fn path(account: &AccountId, id: &CardId) -> String {
    card_path(account, id.as_str())
}

fn card_path(account: &AccountId, id: &str) -> String {
    format!("{}/{}/{}", Section::Cards.path(), paths::encode(account.as_str()), paths::encode(id))
}

fn list_path(account: &AccountId) -> String {
    format!("{}?account={}", Section::Cards.path(), paths::encode(account.as_str()))
}

/// The cards of an account.
async fn list(
    State(pages): State<Pages>,
    operator: Operator,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    if query.contains_key("csv") {
        return match load::file(&pages, &operator, &query) {
            Ok(Some(file)) => file,
            Ok(None) => notice(operator.page(), NoticeKind::NotFound),
            Err(error) => failed(operator.page(), &error),
        };
    }
    match load::list(&pages, &operator, &query).await {
        Ok(Some(view)) => html(200, PageKind::App, page::cards(&view)),
        Ok(None) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => failed(operator.page(), &error),
    }
}

/// A card, or the form of a new one.
async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): Path<(String, String)>,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    let done = query.contains_key("done").then_some(CardTexts::of(operator.signed_in.lang).saved);
    let overlay = load::Overlay { done, ..load::Overlay::default() };
    show_with(&pages, &operator, &AccountId::from(unionid), &id, overlay).await
}

async fn show_with(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    id: &str,
    overlay: load::Overlay,
) -> Response<Body> {
    let status = if overlay.problem.is_some() { 422 } else { 200 };
    let roles = if id == NEW { CHANGE_ROLES } else { ROLES };
    if operator.account(account, ROLES).is_some() && operator.account(account, roles).is_none() {
        return notice(operator.page(), NoticeKind::Forbidden);
    }
    match load::one(pages, operator, account, id, overlay).await {
        Ok(Some(view)) => html(status, PageKind::App, page::card(&view)),
        Ok(None) | Err(Error::Rule(Rule::UnknownCard | Rule::UnknownAccount)) => {
            notice(operator.page(), NoticeKind::NotFound)
        }
        Err(error) => failed(operator.page(), &error),
    }
}

/// The text of a refusal of articles; `None` for other errors.
pub(super) fn problem(kt: &CardTexts, error: &Error) -> Option<String> {
    match error {
        Error::Invalid { field, reason } => match field.split_once("article_ids")?.1 {
            "" => Some(if reason == EMPTY { kt.no_articles } else { kt.too_many }.to_owned()),
            place => {
                let place = place.strip_prefix('[')?.strip_suffix(']')?.parse::<usize>().ok()?;
                Some(kt.article_problem(place + 1, reason))
            }
        },
        Error::Rule(rule) | Error::RuleBecause(rule, _) => match rule {
            Rule::DraftChanged => Some(kt.conflict.to_owned()),
            Rule::CardInUse => Some(kt.in_use.to_owned()),
            Rule::AccountDisabled => Some(kt.disabled.to_owned()),
            Rule::TooManyDrafts => Some(kt.too_many_drafts.to_owned()),
            _ => None,
        },
        Error::Internal(_) => None,
    }
}
