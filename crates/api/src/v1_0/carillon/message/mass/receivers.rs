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
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The send, by its `task_id`; an urgent message of the account by its own one too.
    #[schemars(length(min = 1, max = 128))]
    task_id: TaskId,
    /// True for receivers who have read it, false for those who have not; all if absent.
    read: Option<bool>,
    /// `next_token` of the previous page; absent for the first page.
    #[schemars(range(min = 1, max = 4_294_967_295_u32))]
    next_token: Option<u32>,
    /// The number of receivers on a page; 100 if absent.
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
    /// Userid of the receiver; absent if the member has left the organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<UserId>,
    /// The name of the receiver; empty if it is not known any more.
    name: String,
    /// Whether the member has read the send.
    read: bool,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.mass_receivers", "/v1.0/carillon/message/mass/receivers")
        .title("查询群发的已读与未读成员", "Who has read a mass send")
        .purpose(
            "分页查询一次群发或 DING 的接收人及其是否已读，可只查已读或未读的成员。\
             尚未发出的群发返回空列表；已读名单过期清除后只剩人数，不能再查询。",
            "Lists the receivers of a send or an urgent message by name in pages, and who has read it. A \
             send that was not sent yet has none. It is refused once the readers were removed because of \
             their age, and only their number is stored.",
        )
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
