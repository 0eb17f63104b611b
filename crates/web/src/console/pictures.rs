//! The picture library: pictures of an account, to be used in articles, messages and settings.

mod change;
mod choices;
mod load;
mod upload;

pub(super) use choices::{choice, chosen, respond as choices};
pub(super) use upload::{FORM_BYTES, prepare, store};

use std::collections::HashMap;

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Path, Query, State},
    http::Response,
    routing::get,
};
use carillon_model::{
    error::{Error, Rule},
    id::{AccountId, MediaId},
    operator::OperatorRole,
};

use super::{
    Section,
    access::Operator,
    page::{self},
    text::pictures::{PictureTexts, texts},
    to_page_above,
};
use crate::{
    paths,
    routes::{Pages, failed, html, notice},
    security::PageKind,
    text::Lang,
    view::NoticeKind,
};

/// Roles that choose and upload pictures: those who write articles and sends.
pub const ROLES: &[OperatorRole] = &[OperatorRole::Editor, OperatorRole::Sender];
/// Roles that rename and delete them.
pub const CHANGE_ROLES: &[OperatorRole] = &[OperatorRole::Editor];

/// The routes below `/console/pictures`.
pub fn routes() -> Router<Pages> {
    let picture = "/console/pictures/{unionid}/{id}";
    Router::new()
        .route("/console/pictures", get(list))
        .route(
            "/console/pictures/{unionid}",
            get(to_page_above).post(upload::upload).layer(DefaultBodyLimit::max(upload::FORM_BYTES)),
        )
        .route("/console/pictures/{unionid}/choices", get(choices::list))
        .route(picture, get(show))
        .route(&format!("{picture}/name"), get(to_page_above).post(change::rename))
        .route(&format!("{picture}/delete"), get(to_page_above).post(change::delete))
}

/// The path that pictures of an account are posted to.
pub fn upload_path(account: &AccountId) -> String {
    format!("{}/{}", Section::Pictures.path(), paths::encode(account.as_str()))
}

/// The path of the choices of a picker.
pub fn choices_path(account: &AccountId) -> String {
    format!("{}/choices", upload_path(account))
}

fn picture_path(account: &AccountId, id: &MediaId) -> String {
    format!("{}/{}", upload_path(account), paths::encode(id.as_str()))
}

/// The path of the library of an account.
pub fn list_path(account: &AccountId) -> String {
    format!("{}?account={}", Section::Pictures.path(), paths::encode(account.as_str()))
}

/// The library of an account.
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
    match load::list(&pages, &operator, &query, Vec::new()).await {
        Ok(Some(view)) => html(200, PageKind::App, page::pictures(&view)),
        Ok(None) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => failed(operator.page(), &error),
    }
}

/// A picture, and where it is used.
async fn show(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): Path<(String, String)>,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    let done = query.contains_key("done").then_some(texts(operator.signed_in.lang).renamed);
    show_with(&pages, &operator, &AccountId::from(unionid), MediaId::from(id), done, None).await
}

async fn show_with(
    pages: &Pages,
    operator: &Operator,
    account: &AccountId,
    id: MediaId,
    done: Option<&'static str>,
    problem: Option<&'static str>,
) -> Response<Body> {
    let status = if problem.is_some() { 422 } else { 200 };
    match load::one(pages, operator, account, id).await {
        Ok(Some(view)) => {
            html(status, PageKind::App, page::picture(&page::PicturePage { done, problem, ..view }))
        }
        Ok(None) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => match error {
            Error::Rule(Rule::UnknownMedia | Rule::UnknownAccount) => {
                notice(operator.page(), NoticeKind::NotFound)
            }
            error => failed(operator.page(), &error),
        },
    }
}

/// Returns the text for an error that the operator can understand; `None` for errors of the server.
pub(super) fn problem(lang: Lang, error: &Error) -> Option<&'static str> {
    let (t, of_pages): (&PictureTexts, _) = (texts(lang), lang.texts());
    Some(match error {
        Error::Invalid { field, .. } if field == "name" => t.name_invalid,
        Error::Rule(rule) | Error::RuleBecause(rule, _) => match rule {
            Rule::MediaTooLarge => of_pages.picture_too_large,
            Rule::PictureTooManyPixels => of_pages.picture_too_many_pixels,
            Rule::MediaFormatInvalid => of_pages.picture_invalid,
            Rule::MediaEmpty => t.none_chosen,
            Rule::StorageFull => of_pages.storage_full,
            Rule::BodyUnreadable => t.unreadable,
            Rule::PictureInUse => t.in_use_problem,
            Rule::AccountDisabled => t.account_disabled,
            _ => return None,
        },
        _ => return None,
    })
}
