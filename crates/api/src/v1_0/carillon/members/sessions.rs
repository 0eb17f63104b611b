//! `/v1.0/carillon/members/{userId}/sessions`: where a member is signed in.

pub mod end;
pub mod end_all;
pub mod list;

use carillon_domain::contact::manage;
use carillon_model::{
    error::Result,
    id::{MemberNo, UserId},
};
use carillon_store::Tx;
use carillon_wire::Call;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(end::operation),
    Entry::Operation(end_all::operation),
    Entry::Operation(list::operation),
];

/// Returns a member whose sessions the caller may see and end: those of operators are for owners.
pub(super) fn member(tx: &mut Tx<'_>, call: &Call, userid: &UserId) -> Result<MemberNo> {
    manage::resettable(tx, call.corp(), userid, super::resets(call))
}
