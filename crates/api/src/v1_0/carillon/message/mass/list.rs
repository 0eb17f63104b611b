//! `carillon.mass_list`: the mass sends of an account with their numbers of receivers and readers. An operation of Carillon.

use carillon_domain::{
    page::page_of,
    send::{self, TitledRecord},
};
use carillon_model::{
    error::{Error, Result, Rule},
    id::{AccountId, TaskId, UserId},
    message::SendStatus,
    operator::OperatorRole,
    time::Timestamp,
};
use carillon_store::{RecordFilter, RecordPosition, Seek, Tx};
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::v1_0::carillon::APPS_AND_LOCAL;
use crate::v1_0::exclusive::follow::message::UNKNOWN_ACCOUNT;

/// Sends on a page if the request names no size.
const DEFAULT_PAGE_SIZE: usize = 20;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// 0 to be sent, 1 about to be sent, 2 sent, 3 failed, 4 recalled or cancelled, 5 overdue and held for an operator.
    #[schemars(extend("enum" = [0, 1, 2, 3, 4, 5]))]
    status: i64,
    /// `next_token` of the previous page; absent for the first page.
    #[schemars(length(max = 200))]
    next_token: Option<String>,
    /// The number of sends on a page; 20 if absent.
    #[schemars(range(min = 1, max = 100))]
    max_results: Option<usize>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The sends of this page, newest first.
    sends: Vec<SendRow>,
    /// The token of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
    /// The number of sends on all pages.
    total_count: i64,
}

/// A send.
#[derive(Serialize, JsonSchema)]
struct SendRow {
    /// The id of the send, for `carillon.mass_progress` and other operations on it.
    task_id: TaskId,
    /// The first line of a text, the title of other messages, of a card that of its first article; absent for a picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// The kind of message, such as `text` or `news_card`.
    msg_type: &'static str,
    /// When the send was sent, or is to be sent, in ms since 1970.
    send_time: Timestamp,
    /// Why the send failed; absent if it did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    fail_reason: Option<String>,
    /// Since when the send is held because it is overdue, in ms since 1970; absent if it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    hold_time: Option<Timestamp>,
    /// The time that the send was scheduled for, in ms since 1970, if it was sent late; absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    due_time: Option<Timestamp>,
    /// Whether the send is a preview for one member.
    is_preview: bool,
    /// Userid of the operator who made the send; absent if none is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    operator_user_id: Option<UserId>,
    /// How many members received the send; absent if it was not sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    receivers: Option<i64>,
    /// How many of the receivers have read it; absent if it was not sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    readers: Option<u64>,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.mass_list", "/v1.0/carillon/message/mass/list")
        .title("查询群发列表", "List the mass sends of an account")
        .purpose(
            "按状态分页查询服务号的群发，从新到旧，包括预览和定时群发，并返回接收人数和已读人数。",
            "Lists the sends of a service account in one state in pages, newest first, with the numbers \
             of receivers and readers. Previews and scheduled sends are among them.",
        )
        .permission("qyapi_service_account_message")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Editor, OperatorRole::Sender, OperatorRole::Approver, OperatorRole::Analyst])
        .account_field("unionid")
        .error(Rule::UnknownAccount, UNKNOWN_ACCOUNT)
        .error(Rule::AccountDisabled, UNKNOWN_ACCOUNT)
        .example(json!({ "unionid": "svcUnionId0001", "status": 2, "max_results": 20 }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let status = SendStatus::from_number(request.status);
    let filter = RecordFilter {
        status: status.ok_or_else(|| Error::invalid("status", "must be one of 0, 1, 2, 3, 4, 5"))?,
        from: None,
        to: None,
        kinds: Vec::new(),
        source: None,
        held_are_waiting: false,
        now: call.env.now(),
    };
    let seek = match &request.next_token {
        None => Seek::First,
        Some(token) => {
            let position = RecordPosition::parse(token);
            Seek::After(
                position.ok_or_else(|| Error::invalid("next_token", "is not that of a previous page"))?,
            )
        }
    };
    let size = request.max_results.unwrap_or(DEFAULT_PAGE_SIZE);
    let (corp, account) = (call.corp(), &request.unionid);
    let found = send::records_at(tx, corp, account, (&filter, None), seek, size + 1)?;
    let (sends, has_more) = page_of(found.rows, size);
    let next = sends.last().filter(|_| has_more).map(|titled| RecordPosition::of(&titled.record));
    let rows = sends.into_iter().map(|titled| row(tx, call, account, titled)).collect::<Result<_>>()?;
    Ok(Response {
        sends: rows,
        next_token: next.map(|next| next.to_string()),
        total_count: tx.count_send_records(corp, account, &filter)?,
    })
}

fn row(tx: &mut Tx<'_>, call: &Call, account: &AccountId, titled: TitledRecord) -> Result<SendRow> {
    let TitledRecord { record, title } = titled;
    let sent = tx.send_by_task(call.corp(), account, &record.task)?;
    let readers = match &sent {
        Some(sent) => Some(tx.count_readers(call.corp(), sent.seq)?),
        None => None,
    };
    Ok(SendRow {
        task_id: record.task,
        title: title.filter(|title| !title.is_empty()),
        msg_type: record.message.kind().as_str(),
        send_time: record.send_time,
        fail_reason: record.reason,
        hold_time: record.held_at,
        due_time: record.overdue_since,
        is_preview: record.preview,
        operator_user_id: record.operator,
        receivers: sent.map(|sent| sent.receivers),
        readers,
    })
}
