//! `/v1.0/carillon/service-accounts`: what `serviceaccount.get` returns and nothing that is documented sets, and automatic replies.

pub mod auto_replies;
pub mod blocked_members;
pub mod operators;
pub mod scope;

use carillon_model::error::Rule;
use carillon_wire::{Code, operation::Builder};

use crate::v1_0::{carillon::APPS_AND_LOCAL, exclusive::follow::message::UNKNOWN_ACCOUNT};

/// A list names somebody who is no member, or too many.
const UNKNOWN_USER: Code = Code::both(40031, "userId列表非法", "invalid.userid.list", 400);

fn declare(operation: Builder) -> Builder {
    operation
        .put()
        .permission("qyapi_service_account_manage")
        .callers(APPS_AND_LOCAL)
        .error(Rule::UnknownAccount, UNKNOWN_ACCOUNT)
        .error(Rule::AccountDisabled, UNKNOWN_ACCOUNT)
        .error(Rule::UnknownUserInList, UNKNOWN_USER)
        .error(Rule::TooManyUsers, UNKNOWN_USER)
}
