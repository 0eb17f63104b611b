//! `carillon.ding_list`: the urgent messages that were sent, newest first. An operation of Carillon.

use carillon_domain::ding::{self, SentDing};
use carillon_model::{
    error::{Error, Result},
    id::{AccountId, AppKey, SendSeq, TaskId, UserId},
    message::Message,
    time::Timestamp,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::READERS;
use crate::v1_0::carillon::APPS_AND_LOCAL;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// `nextToken` of the previous page; absent for the first page.
    #[schemars(length(max = 20))]
    next_token: Option<String>,
    /// The most messages on a page; absent: 20.
    #[schemars(range(min = 1, max = 100))]
    max_results: Option<usize>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The urgent messages of the accounts that the caller may see, newest first.
    dings: Vec<DingItem>,
    /// The token of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// An urgent message.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct DingItem {
    /// The account that sent the message, by its `unionid`.
    unionid: AccountId,
    /// The id of the message, for `carillon.mass_receivers`.
    task_id: TaskId,
    /// The plain text of the message.
    content: String,
    /// The requested channel: `app`, or `phone`, for which no call is placed.
    channel: String,
    /// When it was sent, in ms since 1970.
    send_time: Timestamp,
    /// When it was recalled, in ms since 1970; absent if it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    recall_time: Option<Timestamp>,
    /// The number of members who received it.
    receivers: i64,
    /// The number of receivers who have confirmed it: they have read it.
    confirmed: u64,
    /// The key of the app that sent it; absent if an operator did.
    #[serde(skip_serializing_if = "Option::is_none")]
    app_key: Option<AppKey>,
    /// The userid of the operator who sent it; absent if an app did.
    #[serde(skip_serializing_if = "Option::is_none")]
    operator_user_id: Option<UserId>,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.ding_list", "/v1.0/carillon/dings")
        .get()
        .title("查询DING列表", "List urgent messages")
        .purpose(
            "分页查询应用和运营人员发出的 DING，从新到旧排列，含接收人数和已确认（已读）人数。运营人员只能看到自己有权限的服务号发出的 DING。",
            "Returns urgent messages that apps and operators sent, newest first, with the numbers of their receivers and of those who have read them. Operators see those of the accounts that their role is for.",
        )
        .permission("qyapi_service_account_message")
        .callers(APPS_AND_LOCAL)
        .roles(READERS)
        .filters_accounts()
        .example(json!({ "maxResults": 20 }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let before = request.next_token.map(|token| {
        token.parse().map(SendSeq).map_err(|_| Error::invalid("nextToken", "is not one of a response"))
    });
    let scope = call.accounts();
    let accounts = tx.state().corp(call.corp())?.accounts.values().map(|account| account.id.clone());
    let accounts: Vec<AccountId> = accounts.filter(|account| scope.contains(account)).collect();
    let limit = request.max_results.unwrap_or(20);
    let (dings, next) = ding::list(tx, call.corp(), &accounts, before.transpose()?, limit)?;
    Ok(Response {
        dings: dings.into_iter().map(item).collect(),
        next_token: next.map(|next| next.0.to_string()),
    })
}

fn item(ding: SentDing) -> DingItem {
    let SentDing { account, row, confirmed } = ding;
    let (content, channel) = match row.message {
        Message::Ding { content, phone } => (content, if phone { "phone" } else { "app" }),
        _ => (String::new(), "app"),
    };
    DingItem {
        unionid: account,
        task_id: row.task,
        content,
        channel: channel.to_owned(),
        send_time: row.created_at,
        recall_time: row.recalled_at,
        receivers: row.receivers,
        confirmed,
        app_key: Some(row.app_key).filter(|key| !key.as_str().is_empty()),
        operator_user_id: row.operator,
    }
}
