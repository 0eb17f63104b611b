//! `/v1.0/carillon/service-accounts`: what operators set of a service account. Each part is read and replaced as a whole; a change that names
//! the revision that it is based on fails if somebody else was faster.

pub mod auto_replies;
pub mod blocked_members;
pub mod conversations;
pub mod create;
pub mod disable;
pub mod get;
pub mod list;
pub mod menu;
pub mod operators;
pub mod saved_answers;
pub mod scope;
pub mod send_policy;
pub mod set;

use carillon_domain::account::losses::Losses;
use carillon_model::{
    error::Rule,
    id::{AccountId, MediaId, UserId},
    operator::OperatorRole,
    service_account::ServiceAccount,
    time::Timestamp,
};
use carillon_wire::{Code, Operation, operation::Builder};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Entry;
use crate::v1_0::{carillon::APPS_AND_LOCAL, exclusive::follow::message::UNKNOWN_ACCOUNT};

pub const OPERATIONS: &[Entry] = &[
    Entry::Folder(auto_replies::OPERATIONS),
    Entry::Folder(blocked_members::OPERATIONS),
    Entry::Folder(conversations::OPERATIONS),
    Entry::Operation(create::operation),
    Entry::Operation(disable::operation),
    Entry::Operation(get::operation),
    Entry::Operation(list::operation),
    Entry::Folder(menu::OPERATIONS),
    Entry::Folder(operators::OPERATIONS),
    Entry::Folder(saved_answers::OPERATIONS),
    Entry::Folder(scope::OPERATIONS),
    Entry::Folder(send_policy::OPERATIONS),
    Entry::Operation(set::operation),
];

const MANAGE: &str = "qyapi_service_account_manage";

/// A list has a userid of no member, or too many userids.
pub(super) const UNKNOWN_USER: Code = Code::both(40031, "userId列表非法", "invalid.userid.list", 400);
/// No picture that may be used has the id.
const UNKNOWN_PICTURE: Code = Code::both(40007, "不合法的媒体文件id", "picture.not.found", 404);

/// An account.
#[derive(Deserialize, JsonSchema)]
struct AccountRequest {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
}

/// A service account.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct AccountView {
    /// The id of the service account, which all operations on it take.
    unionid: AccountId,
    /// The name of the account as members see it.
    name: String,
    /// Short introduction, shown in lists; empty if there is none.
    brief: String,
    /// Introduction, shown on the profile page of the account.
    desc: String,
    /// The media id of the avatar.
    avatar_media_id: MediaId,
    /// The media id of the picture on the profile page.
    preview_media_id: MediaId,
    /// Whether the account was disabled, which cannot be undone.
    disabled: bool,
    /// When it was added, in ms since 1970.
    create_time: Timestamp,
}

impl AccountView {
    fn of(account: &ServiceAccount) -> Self {
        Self {
            unionid: account.id.clone(),
            name: account.name.clone(),
            brief: account.brief.clone(),
            desc: account.desc.clone(),
            avatar_media_id: account.avatar_media_id.clone(),
            preview_media_id: account.preview_media_id.clone(),
            disabled: account.disabled,
            create_time: account.created_at,
        }
    }
}

/// What a change did, or would do.
#[derive(Serialize, JsonSchema)]
struct Changed {
    /// The revision that is stored after the call, for the next change.
    revision: String,
    /// What the change takes away from members and operators, or would, with `preview`.
    losses: LossesView,
}

/// What a change takes away from members and operators.
#[derive(Serialize, JsonSchema)]
struct LossesView {
    /// The number of members who leave the scope, to whom the account can no longer send.
    scope: u64,
    /// Userids of the members whom the change blocks newly; empty for other changes.
    blocked: Vec<UserId>,
    /// Userids of members who lose roles for the account; those who still have them by another grant are left out.
    operators: Vec<UserId>,
    /// Labels of menu entries that members do not find any more; an item has that of its button before it: `More › Map`.
    entries: Vec<String>,
    /// Whether the change keeps members from writing to the account, which they could before.
    input: bool,
}

impl From<Losses> for LossesView {
    fn from(losses: Losses) -> Self {
        let Losses { scope, blocked, operators, entries, input } = losses;
        Self { scope, blocked, operators, entries, input }
    }
}

/// Declares an operation on one account.
fn declare(id: &'static str, path: &'static str, roles: &'static [OperatorRole]) -> Builder {
    Operation::v1(id, path)
        .permission(MANAGE)
        .callers(APPS_AND_LOCAL)
        .roles(roles)
        .account_field("unionid")
        .error(Rule::UnknownAccount, UNKNOWN_ACCOUNT)
}

/// Declares an operation that reads a part of an account.
fn declare_reading(id: &'static str, path: &'static str, roles: &'static [OperatorRole]) -> Builder {
    declare(id, path, roles).get()
}

/// Declares an operation that replaces a part of an account.
fn declare_replacing(id: &'static str, path: &'static str, roles: &'static [OperatorRole]) -> Builder {
    declare(id, path, roles)
        .put()
        .error(Rule::AccountDisabled, UNKNOWN_ACCOUNT)
        .errors(&[Rule::SettingsChanged])
}

/// Adds the errors of a list of members, which is in `field`.
fn with_member_list(operation: Builder, field: &'static str) -> Builder {
    operation
        .bad_field(field, UNKNOWN_USER)
        .error(Rule::UnknownUserInList, UNKNOWN_USER)
        .error(Rule::TooManyUsers, UNKNOWN_USER)
}
