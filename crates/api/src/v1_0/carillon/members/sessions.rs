//! `/v1.0/carillon/members/{userId}/sessions`: where a member is signed in.

pub mod end;
pub mod list;

use carillon_domain::operator;
use carillon_model::{
    error::{Error, Result, Rule},
    id::{MemberNo, UserId},
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Caller};

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(end::operation), Entry::Operation(list::operation)];

/// Returns a member whose sessions and sign-ins the caller may see and end: those of operators are for owners.
pub(super) fn member(tx: &mut Tx<'_>, call: &Call, userid: &UserId) -> Result<MemberNo> {
    let member = tx.member_no(call.corp(), userid)?.ok_or(Rule::UnknownUser)?;
    if let Caller::Operator(caller) = &call.caller
        && !caller.rights.is_owner()
        && operator::is_operator(tx, &call.env, call.corp(), member)?
    {
        return Err(Error::because(Rule::RoleDenied, OperatorRole::Owner.as_str()));
    }
    Ok(member)
}
