//! `/v1.0/carillon/message/drafts`: sends that operators prepare, their approval, and the send. For people alone: who wrote and who
//! approved is a member. Apps send with the operations of the vendor, and accounts may refuse them (`service-accounts/{unionid}/send-policy`).

pub mod approve;
pub mod create;
pub mod delete;
mod draft_view;
pub mod from_scheduled;
pub mod get;
pub mod list;
mod new_message;
pub mod preview;
pub mod reach;
pub mod reject;
pub mod send;
pub mod submit;
pub mod update;

use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, SendDraftId, UserId},
    operator::OperatorRole,
};
use carillon_wire::{Call, Caller, Code, Operation, operation::Builder};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Entry;
use crate::v1_0::exclusive::follow::message::UNKNOWN_ACCOUNT;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(approve::operation),
    Entry::Operation(create::operation),
    Entry::Operation(delete::operation),
    Entry::Operation(from_scheduled::operation),
    Entry::Operation(get::operation),
    Entry::Operation(list::operation),
    Entry::Operation(preview::operation),
    Entry::Operation(reach::operation),
    Entry::Operation(reject::operation),
    Entry::Operation(send::operation),
    Entry::Operation(submit::operation),
    Entry::Operation(update::operation),
];

/// Roles that see drafts.
const READ: &[OperatorRole] = &[OperatorRole::Editor, OperatorRole::Sender, OperatorRole::Approver];
/// Roles that change them.
const WRITE: &[OperatorRole] = &[OperatorRole::Editor, OperatorRole::Sender];

const NO_CONTENT: Code = Code::both(800020, "指定消息内容不能为空", "message.not.empty", 400);
const CONTENT_GONE: Code = Code::both(800020, "media_id非法", "invalid.media.id", 400);
const UNKNOWN_CARD: Code = Code::both(800020, "卡片不存在", "card.not.found", 400);
const INVALID_USERS: Code = Code::both(800022, "userId列表非法", "invalid.userid.list", 400);
const NO_RECEIVERS: Code = Code::both(800019, "接收人列表为空", "receivers.list.empty", 400);

/// A draft of an account.
#[derive(Deserialize, JsonSchema)]
struct DraftRequest {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The draft, by the `draft_id` that `carillon.send_draft_list` returns.
    draft_id: SendDraftId,
}

/// A draft of an account, in the version that the caller has read.
#[derive(Deserialize, JsonSchema)]
struct VersionRequest {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The draft, by the `draft_id` that `carillon.send_draft_list` returns.
    draft_id: SendDraftId,
    /// The version of the draft that the caller has read; if it changed since, the call is refused.
    #[schemars(range(min = 1))]
    version: i64,
}

impl VersionRequest {
    fn draft(&self) -> (&AccountId, SendDraftId, i64) {
        (&self.unionid, self.draft_id, self.version)
    }
}

/// A draft and its version.
#[derive(Serialize, JsonSchema)]
struct VersionResponse {
    /// The id of the draft, a number.
    draft_id: SendDraftId,
    /// The version of the draft, which the next call on it has to name.
    version: i64,
}

/// Returns the operator. There is no other caller.
fn operator(call: &Call) -> Result<UserId> {
    match &call.caller {
        Caller::Operator(operator) => Ok(operator.signed_in.userid.clone()),
        Caller::App(_) | Caller::Member(_) | Caller::Local(_) => Err(Rule::PermissionDenied.into()),
    }
}

fn declare(id: &'static str, path: &'static str, roles: &'static [OperatorRole]) -> Builder {
    Operation::v1(id, path)
        .callers(&[])
        .roles(roles)
        .account_field("unionid")
        .error(Rule::UnknownAccount, UNKNOWN_ACCOUNT)
}

/// Declares an operation on one draft.
fn declare_on_one(id: &'static str, path: &'static str, roles: &'static [OperatorRole]) -> Builder {
    declare(id, path, roles).errors(&[Rule::UnknownDraft])
}

/// Declares an operation on the version of a draft that the caller has read.
fn declare_on_version(id: &'static str, path: &'static str, roles: &'static [OperatorRole]) -> Builder {
    declare_on_one(id, path, roles).errors(&[Rule::DraftChanged])
}

/// Declares what is refused of message and receivers.
fn declare_content(operation: Builder) -> Builder {
    operation
        .error(Rule::AccountDisabled, UNKNOWN_ACCOUNT)
        .error(Rule::MessageInvalid, NO_CONTENT)
        .error(Rule::MessageMediaInvalid, CONTENT_GONE)
        .error(Rule::UnknownCard, UNKNOWN_CARD)
        .error(Rule::TooManyUsers, INVALID_USERS)
}
