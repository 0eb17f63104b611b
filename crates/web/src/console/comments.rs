//! Comments on articles: one queue for each account.

use std::collections::HashMap;

use axum::{
    body::Body,
    extract::{Form, Path, Query, State},
    http::Response,
    response::{IntoResponse, Redirect},
};
use carillon_domain::{comment, page::Page as Range};
use carillon_model::{
    error::{Error, Result, Rule},
    id::{AccountId, CommentId},
    operator::OperatorRole,
};
use carillon_store::Tx;
use serde::Deserialize;

use super::{
    Section,
    access::Operator,
    page::{self, CommentLine, CommentQueue},
};
use crate::{
    paths,
    routes::{Pages, failed, html, notice, presenter, uncached},
    security::PageKind,
    view::NoticeKind,
};

/// Comments on a page.
const PER_PAGE: i64 = 20;
/// Roles that manage comments.
pub const ROLES: &[OperatorRole] = &[OperatorRole::Agent, OperatorRole::Editor];

/// The comments of an account, newest first.
pub async fn list(
    State(pages): State<Pages>,
    operator: Operator,
    Query(query): Query<HashMap<String, String>>,
) -> Response<Body> {
    match load(&pages, &operator, &query).await {
        Ok(Some(view)) => html(200, PageKind::App, page::comments(&view)),
        Ok(None) => notice(operator.page(), NoticeKind::NotFound),
        Err(error) => failed(operator.page(), &error),
    }
}

async fn load(
    pages: &Pages,
    operator: &Operator,
    query: &HashMap<String, String>,
) -> Result<Option<CommentQueue>> {
    let viewer = operator.viewer(pages);
    let Some(account) = operator.requested_account(query, ROLES) else { return Ok(None) };
    let number = query.get("page").and_then(|number| number.parse().ok()).unwrap_or(1).clamp(1, 100_000);
    let zone = viewer.zone();
    let (mut lines, mut total) = (Vec::new(), 0);
    if let Some(account) = account.clone() {
        let read = pages.store.read(operator.corp(), move |tx| {
            let range = Range { start: number, size: PER_PAGE };
            let found = comment::list(tx, &viewer.corp, &account.id, range)?;
            let mut lines = Vec::with_capacity(found.items.len());
            for comment in found.items {
                let head = tx.article_head(&viewer.corp, comment.article)?;
                let title = head.map(|head| head.published.unwrap_or(head.draft).title);
                lines.push(CommentLine {
                    id: comment.id.0,
                    author: comment.author_name,
                    content: comment.content,
                    article: title.unwrap_or_default(),
                    is_selected: comment.selected,
                    time: viewer.moment(comment.created_at),
                });
            }
            Ok((lines, found.total))
        });
        (lines, total) = read.await?;
    }
    Ok(Some(CommentQueue {
        console: operator.console(),
        accounts: operator.choices(ROLES),
        account: account.as_deref().map(presenter::account),
        lines,
        number,
        pages: (total + PER_PAGE - 1) / PER_PAGE,
        zone,
    }))
}

/// A submitted form.
#[derive(Deserialize)]
pub struct CommentForm {
    /// `select`, `unselect` or `delete`.
    #[serde(default)]
    action: String,
    /// The page of the list to return to.
    #[serde(default)]
    page: String,
}

/// The unit of work of a form.
type Change = Box<dyn FnOnce(&mut Tx<'_>) -> Result<()> + Send>;

/// Selects, unselects or deletes a comment.
pub async fn change(
    State(pages): State<Pages>,
    operator: Operator,
    Path((unionid, id)): Path<(String, i64)>,
    Form(form): Form<CommentForm>,
) -> Response<Body> {
    let account = AccountId::from(unionid);
    if operator.account(&account, ROLES).is_none() {
        return notice(operator.page(), NoticeKind::NotFound);
    }
    let (corp, of, id) = (operator.corp().clone(), account.clone(), CommentId(id));
    let (action, work): (_, Change) = match form.action.as_str() {
        "select" => ("console.comment.select", Box::new(move |tx| comment::select(tx, &corp, &of, id, true))),
        "unselect" => {
            ("console.comment.unselect", Box::new(move |tx| comment::select(tx, &corp, &of, id, false)))
        }
        "delete" => ("console.comment.delete", Box::new(move |tx| comment::delete(tx, &corp, &of, id))),
        _ => return notice(operator.page(), NoticeKind::NotFound),
    };
    match pages.store.write(operator.corp(), operator.signature(&pages, action), work).await {
        // It is gone: that is what was wanted, or another operator was faster.
        Ok(()) | Err(Error::Rule(Rule::UnknownComment)) => {
            let account = paths::encode(account.as_str());
            let number = form.page.parse::<i64>().unwrap_or(1);
            let path = format!("{}?account={account}&page={number}", Section::Comments.path());
            uncached(Redirect::to(&path).into_response())
        }
        Err(error) => failed(operator.page(), &error),
    }
}
