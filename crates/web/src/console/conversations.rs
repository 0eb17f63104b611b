//! Conversations: who waits for a reply, what was written, replies, who is to answer, and saved answers.

mod actions;
mod answers;
mod list;
mod thread;

pub(super) use list::line;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, Query, State},
    http::Response,
    routing::get,
};
use carillon_domain::chat::assign::ANSWERING_ROLES;
use carillon_model::{
    id::{AccountId, MemberNo},
    operator::OperatorRole,
};
use std::collections::HashMap;

use super::{Section, access::Operator, pictures, to_page_above};
use crate::{paths, routes::Pages};

/// The most members who wait that the home page counts.
pub const MOST_WAITING: i64 = 100;
/// Roles that read and write conversations.
pub const ROLES: &[OperatorRole] = ANSWERING_ROLES;

/// The routes below `/console/conversations`.
pub fn routes() -> Router<Pages> {
    let (list, thread) = ("/console/conversations", "/console/conversations/{unionid}/{member}");
    let answers = "/console/conversations/{unionid}/answers";
    let picture = get(to_page_above).post(actions::picture);
    Router::new()
        .route(list, get(list::show))
        .route("/console/conversations/{unionid}/pictures", get(choices))
        .route(answers, get(answers::list).post(answers::add))
        .route(&format!("{answers}/{{id}}"), get(to_page_above).post(answers::change))
        .route(thread, get(thread::show))
        .route(&format!("{thread}/reply"), get(to_page_above).post(actions::reply))
        .route(&format!("{thread}/picture"), picture.layer(DefaultBodyLimit::max(pictures::FORM_BYTES)))
        .route(&format!("{thread}/assign"), get(to_page_above).post(actions::assign))
        .route(&format!("{thread}/done"), get(to_page_above).post(actions::done))
        .route(&format!("{thread}/block"), get(to_page_above).post(actions::block))
}

/// The path of the conversations of an account.
fn account_path(account: &AccountId) -> String {
    format!("{}/{}", Section::Conversations.path(), paths::encode(account.as_str()))
}

/// The path of a conversation.
fn thread_path(account: &AccountId, member: MemberNo) -> String {
    format!("{}/{}", account_path(account), member.0)
}

/// The pictures of the library, for those who answer and do not manage it.
async fn choices(
    State(pages): State<Pages>,
    operator: Operator,
    Path(unionid): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response<axum::body::Body> {
    let account = AccountId::from(unionid);
    let path = format!("{}/pictures", account_path(&account));
    pictures::choices(&pages, &operator, (account, ROLES), path, &query).await
}
