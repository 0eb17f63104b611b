//! `/v1.0/carillon/system`: the state of the server, and what a restored organisation holds back.

pub mod get;
pub mod release;

use carillon_model::operator::OperatorRole;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(get::operation), Entry::Operation(release::operation)];

/// Who may call these operations.
const ROLES: &[OperatorRole] = &[OperatorRole::Owner];
