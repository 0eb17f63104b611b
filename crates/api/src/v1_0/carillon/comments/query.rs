//! `carillon.comment_query`: the comments on what accounts sent, newest first. An operation of Carillon.

use carillon_domain::comment::{self, CommentFilter};
use carillon_model::{
    error::{Error, Result, Rule},
    id::{AccountId, ArticleId, CommentId},
};
use carillon_store::{CommentState, Tx};
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::v1_0::{
    carillon::{
        APPS_AND_LOCAL,
        publishers::comments::{CommentRow, ROLES},
    },
    exclusive::publishers::comments::{NO_PUBLISHER, PERMISSION},
};

/// Comments on a page if the request names no size.
const DEFAULT_PAGE_SIZE: usize = 20;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// Only comments on what this account sent, by its `unionid`; absent: all accounts of the caller that are not disabled.
    #[schemars(length(min = 1, max = 128))]
    publisher_id: Option<AccountId>,
    /// Only comments in this state; all if absent.
    state: Option<State>,
    /// Only comments with this in the text or author's name, without case. A page searches 5,000, so it may be short or empty.
    #[schemars(length(max = 100))]
    text: Option<String>,
    /// `nextToken` of the previous page; absent for the first page.
    #[schemars(length(max = 20))]
    next_token: Option<String>,
    /// The number of comments on a page; 20 if absent.
    #[schemars(range(min = 1, max = 100))]
    max_results: Option<usize>,
}

/// What operators did about a comment.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
enum State {
    /// Comments that nobody has dealt with yet.
    New,
    /// Comments that were answered, selected, or marked as done, and are not hidden.
    Done,
    /// Comments that are hidden from all but their authors.
    Hidden,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The comments of this page, newest first.
    comments: Vec<QueueRow>,
    /// The token of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// A comment with its article.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct QueueRow {
    /// The `unionid` of the service account that sent the article.
    publisher_id: AccountId,
    /// The id of the article that was commented on.
    article_id: ArticleId,
    /// The comment.
    #[serde(flatten)]
    comment: CommentRow,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.comment_query", "/v1.0/carillon/comments")
        .get()
        .title("查询全部评论", "List the comments of all accounts")
        .purpose(
            "跨服务号分页查询文章评论，从新到旧，用于逐条处理；可按服务号、处理状态和文字筛选。\
             不指定服务号时，已停用服务号的评论不在其中。",
            "Lists the comments on articles of all accounts of the caller in pages, newest first, to \
             deal with them one by one. They can be limited to an account, a state or a text. Disabled \
             accounts are searched only by `publisherId`.",
        )
        .permission(PERMISSION)
        .callers(APPS_AND_LOCAL)
        .roles(ROLES)
        .filters_accounts()
        .error(Rule::UnknownAccount, NO_PUBLISHER)
        .example(json!({ "publisherId": "svcUnionId0001", "state": "new", "text": "好", "maxResults": 20 }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let scope = call.accounts();
    let accounts = tx.state().corp(call.corp())?.accounts.values();
    let accounts = accounts.filter(|account| scope.contains(&account.id));
    let accounts: Vec<AccountId> = match &request.publisher_id {
        // A disabled account is only looked at by its name.
        None => accounts.filter(|account| !account.disabled).map(|account| account.id.clone()).collect(),
        Some(only) => {
            accounts.filter(|account| account.id == *only).map(|account| account.id.clone()).collect()
        }
    };
    if request.publisher_id.is_some() && accounts.is_empty() {
        return Err(Rule::UnknownAccount.into());
    }
    let before = match request.next_token {
        None => CommentId(i64::MAX),
        Some(token) => {
            let id = token.parse().map_err(|_| Error::invalid("nextToken", "is not that of a previous page"));
            CommentId(id?)
        }
    };
    let state = request.state.map(|state| match state {
        State::New => CommentState::New,
        State::Done => CommentState::Done,
        State::Hidden => CommentState::Hidden,
    });
    let size = request.max_results.unwrap_or(DEFAULT_PAGE_SIZE);
    let filter = CommentFilter { accounts, state, text: request.text.unwrap_or_default() };
    let found = comment::queue(tx, call.corp(), &filter, before, size)?;
    let next_token = found.next.map(|next| next.to_string());
    let rows = found.items.into_iter().map(|details| QueueRow {
        publisher_id: details.comment.account.clone(),
        article_id: details.comment.article,
        comment: CommentRow::of(details),
    });
    Ok(Response { comments: rows.collect(), next_token })
}
