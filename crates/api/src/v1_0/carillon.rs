//! `/v1.0/carillon`: operations of Carillon that the vendor does not have.

pub mod apps;
pub mod articles;
pub mod audits;
pub mod calendar;
pub mod calls;
pub mod cards;
pub mod comments;
pub mod departments;
pub mod dings;
pub mod event;
pub mod facts;
pub mod groups;
pub mod guide;
pub mod member_imports;
pub mod members;
pub mod message;
pub mod operators;
pub mod organisation;
pub mod pictures;
pub mod publishers;
pub mod reports;
pub mod service_accounts;
pub mod sessions;
pub mod statistics;
pub mod system;

use carillon_model::id::UserId;
use carillon_wire::{Call, Caller, CallerKind, Code};
use schemars::JsonSchema;
use serde::Serialize;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Folder(apps::OPERATIONS),
    Entry::Folder(articles::OPERATIONS),
    Entry::Folder(audits::OPERATIONS),
    Entry::Folder(calendar::OPERATIONS),
    Entry::Folder(calls::OPERATIONS),
    Entry::Folder(cards::OPERATIONS),
    Entry::Folder(comments::OPERATIONS),
    Entry::Folder(departments::OPERATIONS),
    Entry::Folder(dings::OPERATIONS),
    Entry::Folder(event::OPERATIONS),
    Entry::Operation(facts::operation),
    Entry::Folder(groups::OPERATIONS),
    Entry::Folder(guide::OPERATIONS),
    Entry::Folder(member_imports::OPERATIONS),
    Entry::Folder(members::OPERATIONS),
    Entry::Folder(message::OPERATIONS),
    Entry::Folder(operators::OPERATIONS),
    Entry::Folder(organisation::OPERATIONS),
    Entry::Folder(pictures::OPERATIONS),
    Entry::Folder(publishers::OPERATIONS),
    Entry::Folder(reports::OPERATIONS),
    Entry::Folder(service_accounts::OPERATIONS),
    Entry::Folder(sessions::OPERATIONS),
    Entry::Folder(statistics::OPERATIONS),
    Entry::Folder(system::OPERATIONS),
];

/// Apps with the permission, and local callers who may open the data folder. `roles` adds operators.
const APPS_AND_LOCAL: &[CallerKind] = &[CallerKind::App, CallerKind::Local];
/// Local callers. `roles` adds operators; apps are refused.
const LOCAL: &[CallerKind] = &[CallerKind::Local];

/// No member of the organisation has the userid.
const UNKNOWN_MEMBER: Code = Code::both(33012, "无效的userId", "invalid.userid", 400);

/// Settings were replaced.
#[derive(Serialize, JsonSchema)]
struct Stored {
    /// The revision that is stored after the call, for the next change.
    revision: String,
}

/// The operator who calls; `None` for apps and local callers.
fn operator_of(call: &Call) -> Option<UserId> {
    match &call.caller {
        Caller::Operator(operator) => Some(operator.signed_in.userid.clone()),
        Caller::App(_) | Caller::Member(_) | Caller::Local(_) => None,
    }
}
