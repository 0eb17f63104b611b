//! `carillon.mass_receivers`: who has read a mass send, and who has not, by name. An operation of Carillon.

use carillon_domain::send::{self, Receiver, ReceiverFilter};
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, MemberNo, TaskId, UserId},
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::v1_0::carillon::APPS_AND_LOCAL;
use crate::v1_0::exclusive::follow::message::{UNKNOWN_ACCOUNT, UNKNOWN_TASK};

/// Receivers on a page if the request names no size.
const DEFAULT_PAGE_SIZE: usize = 100;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account that sent it.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The id that the send returned; that of an urgent message too.
    #[schemars(length(min = 1, max = 128))]
    task_id: TaskId,
    /// Only receivers who have read it, or only those who have not; all if absent.
    read: Option<bool>,
    /// `next_token` of the previous page; absent for the first page.
    #[schemars(range(min = 1, max = 4_294_967_295_u32))]
    next_token: Option<u32>,
    /// Receivers on a page; 100 if absent.
    #[schemars(range(min = 1, max = 500))]
    max_results: Option<usize>,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The receivers of this page, those longest in the organisation first.
    receivers: Vec<ReceiverRow>,
    /// The token of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<u32>,
}

/// A receiver.
#[derive(Serialize, JsonSchema)]
struct ReceiverRow {
    /// The member; absent if the member has left.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<UserId>,
    /// The name; empty if it is not known any more.
    name: String,
    /// Whether the member has read it.
    read: bool,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.mass_receivers", "/v1.0/carillon/message/mass/receivers")
        .title("查询群发的已读与未读成员", "Who has read a mass send")
        .permission("qyapi_service_account_message")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Editor, OperatorRole::Sender])
        .account_field("unionid")
        .error(Rule::UnknownAccount, UNKNOWN_ACCOUNT)
        .error(Rule::UnknownTask, UNKNOWN_TASK)
        .errors(&[Rule::ReadersExpired])
        .example(
            json!({ "unionid": "svcUnionId0001", "task_id": "task0001", "read": false, "max_results": 100 }),
        )
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let filter = match request.read {
        None => ReceiverFilter::All,
        Some(true) => ReceiverFilter::Read,
        Some(false) => ReceiverFilter::Unread,
    };
    let after = MemberNo(request.next_token.unwrap_or(0));
    let size = request.max_results.unwrap_or(DEFAULT_PAGE_SIZE);
    let send = (&request.unionid, &request.task_id);
    let page = send::receivers(tx, &call.env, call.corp(), send, filter, after, size)?;
    let row = |Receiver { userid, name, has_read }| ReceiverRow { user_id: userid, name, read: has_read };
    Ok(Response {
        receivers: page.receivers.into_iter().map(row).collect(),
        next_token: page.next.map(|number| number.0),
    })
}
