//! `/v1.0/carillon/service-accounts`: properties that `serviceaccount.get` returns and no documented operation sets, and automatic replies.

pub mod auto_replies;
pub mod blocked_members;
pub mod conversations;
pub mod operators;
pub mod scope;

use carillon_model::{error::Rule, operator::OperatorRole};
use carillon_wire::{Code, Operation, operation::Builder};

use crate::Entry;
use crate::v1_0::{carillon::APPS_AND_LOCAL, exclusive::follow::message::UNKNOWN_ACCOUNT};

pub const OPERATIONS: &[Entry] = &[
    Entry::Folder(auto_replies::OPERATIONS),
    Entry::Operation(blocked_members::operation),
    Entry::Folder(conversations::OPERATIONS),
    Entry::Operation(operators::operation),
    Entry::Operation(scope::operation),
];

/// A list has a userid of no member, or too many userids.
pub(super) const UNKNOWN_USER: Code = Code::both(40031, "userId列表非法", "invalid.userid.list", 400);

fn declare_setting(operation: Builder, roles: &'static [OperatorRole]) -> Builder {
    operation
        .put()
        .permission("qyapi_service_account_manage")
        .callers(APPS_AND_LOCAL)
        .roles(roles)
        .account_field("unionid")
        .error(Rule::UnknownAccount, UNKNOWN_ACCOUNT)
        .error(Rule::AccountDisabled, UNKNOWN_ACCOUNT)
        .error(Rule::UnknownUserInList, UNKNOWN_USER)
        .error(Rule::TooManyUsers, UNKNOWN_USER)
}

/// Declares an operation that replaces a list of members, which is in `field`.
fn declare_member_list(
    id: &'static str,
    path: &'static str,
    field: &'static str,
    roles: &'static [OperatorRole],
) -> Builder {
    declare_setting(Operation::v1(id, path), roles).bad_field(field, UNKNOWN_USER)
}
