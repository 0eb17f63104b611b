//! `/v1.0/carillon/members`: members, as operators find and change them.

pub mod add;
pub mod fields;
pub mod get;
pub mod list;
pub mod password_link;
pub mod remove;
pub mod roles;
pub mod sessions;
pub mod set;
pub mod sign_on;
pub mod unlock;

use carillon_domain::contact::manage::Resets;
use carillon_wire::{Call, Caller};

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(add::operation),
    Entry::Operation(get::operation),
    Entry::Operation(list::operation),
    Entry::Operation(password_link::operation),
    Entry::Operation(remove::operation),
    Entry::Operation(roles::operation),
    Entry::Folder(sessions::OPERATIONS),
    Entry::Operation(set::operation),
    Entry::Operation(sign_on::operation),
    Entry::Operation(unlock::operation),
];

/// The permission of apps to read members.
const READ: &str = "qyapi_get_member";
/// The permission of apps to change them.
const WRITE: &str = "qyapi_manage_addresslist";

/// Whose sign-in and membership a caller may end: of operators, only owners and local callers.
fn resets(call: &Call) -> Resets {
    match &call.caller {
        Caller::Operator(caller) if caller.rights.is_owner() => Resets::OfAll,
        Caller::Local(_) => Resets::OfAll,
        _ => Resets::ExceptOperators,
    }
}
