//! `carillon.calendar_query`: what accounts sent and published, and what they are going to send. An operation of Carillon.

use std::sync::Arc;

use carillon_domain::calendar::{self, EntryKind, Parts};
use carillon_model::{
    error::{Error, Result, Rule},
    id::{AccountId, ArticleId, TaskId},
    message::MessageKind,
    operator::OperatorRole,
    time::{DAY_MS, Timestamp},
};
use carillon_store::Tx;
use carillon_wire::{Call, Caller, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::v1_0::carillon::APPS_AND_LOCAL;
use crate::v1_0::exclusive::follow::message::UNKNOWN_ACCOUNT;

/// The longest range, in days.
const MAX_DAYS: i64 = 62;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The start of the range, in ms since 1970, inclusive.
    start_time: Timestamp,
    /// The end of the range, in ms since 1970, exclusive; at most 62 days after `start_time`.
    end_time: Timestamp,
    /// Only this service account, by its `unionid`; absent: all of the caller that are not disabled.
    #[schemars(length(min = 1, max = 128))]
    unionid: Option<AccountId>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The sends, drafts and articles in the range, the earliest first.
    entries: Vec<CalendarEntry>,
    /// Whether entries may be missing: at most 300 of each kind and account are returned.
    has_more: bool,
}

/// A send, a draft or an article.
#[derive(Serialize, JsonSchema)]
struct CalendarEntry {
    /// When it was sent or published, or is due, in ms since 1970; of a draft without a time when it was changed.
    time: Timestamp,
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    unionid: AccountId,
    /// What it is: `send`, `draft` for one that waits for approval, or `article` for a published one.
    #[serde(rename = "type")]
    #[schemars(extend("enum" = ["send", "draft", "article"]))]
    kind: &'static str,
    /// The title of the message or article; absent if it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// For `send`: the `task_id` of the send; absent for others.
    #[serde(skip_serializing_if = "Option::is_none")]
    task_id: Option<TaskId>,
    /// The kind of message, of a send and of a draft with a message; absent for others.
    #[serde(skip_serializing_if = "Option::is_none")]
    msg_type: Option<&'static str>,
    /// For `send`: 0 to be sent, 1 about to be sent, 2 sent, 3 failed, 4 recalled or cancelled, 5 overdue and held; absent for others.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("enum" = [0, 1, 2, 3, 4, 5, null]))]
    status: Option<i64>,
    /// For `draft`: the id of the draft; absent for others.
    #[serde(skip_serializing_if = "Option::is_none")]
    draft_id: Option<i64>,
    /// For `article`: the id of the published article; absent for others.
    #[serde(skip_serializing_if = "Option::is_none")]
    article_id: Option<ArticleId>,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.calendar_query", "/v1.0/carillon/calendar/query")
        .title("查询发送日历", "The calendar of sends and articles")
        .purpose(
            "查询一段时间内服务号已发和待发的群发、待审批的草稿以及发布的文章，按时间排列，用于日历展示。\
             运营人员只看到其角色可见的内容；预览和已停用的服务号不在其中。",
            "Returns the sends of a range of time, past and scheduled, the drafts that wait for \
             approval, and the published articles. Operators see what their roles allow. Previews and \
             disabled accounts are left out.",
        )
        .permission("qyapi_service_account_message")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Editor, OperatorRole::Sender, OperatorRole::Approver, OperatorRole::Analyst])
        .filters_accounts()
        .error(Rule::UnknownAccount, UNKNOWN_ACCOUNT)
        .example(json!({
            "start_time": 1_759_248_000_000_i64,
            "end_time": 1_761_926_400_000_i64,
            "unionid": "svcUnionId0001",
        }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let (from, until) = (request.start_time, request.end_time);
    if until.0 <= from.0 || until.0.saturating_sub(from.0) > MAX_DAYS * DAY_MS {
        return Err(Error::invalid("end_time", format!("must be after start_time, at most {MAX_DAYS} days")));
    }
    let scope = call.accounts();
    let parts = |account: &AccountId| match &call.caller {
        Caller::Operator(operator) => Parts::of_operator(&operator.rights, account),
        _ => Parts::ALL,
    };
    let state = tx.state().corp(call.corp())?;
    let accounts = state.accounts.values().filter(|account| !account.disabled && scope.contains(&account.id));
    let accounts = accounts.filter(|account| request.unionid.as_ref().is_none_or(|only| *only == account.id));
    let accounts: Vec<_> = accounts.map(|account| (Arc::clone(account), parts(&account.id))).collect();
    if request.unionid.is_some() && accounts.is_empty() {
        return Err(Rule::UnknownAccount.into());
    }
    let (entries, has_more) = calendar::entries(tx, &call.env, call.corp(), &accounts, (from, until))?;
    Ok(Response { entries: entries.into_iter().map(entry).collect(), has_more })
}

fn entry(entry: calendar::Entry) -> CalendarEntry {
    let mut row = CalendarEntry {
        time: entry.at,
        unionid: entry.account.id.clone(),
        kind: "send",
        title: Some(entry.title).filter(|title| !title.is_empty()),
        msg_type: entry.message.map(MessageKind::as_str),
        task_id: None,
        status: None,
        draft_id: None,
        article_id: None,
    };
    match entry.kind {
        EntryKind::Send(task, status) => (row.task_id, row.status) = (Some(task), Some(status.number())),
        EntryKind::Draft(id) => (row.kind, row.draft_id) = ("draft", Some(id.0)),
        EntryKind::Article(id) => (row.kind, row.article_id) = ("article", Some(id)),
    }
    row
}
