//! `/v1.0/carillon/service-accounts/{unionid}/send-policy`: what an account requires of sends.

pub mod get;
pub mod set;

use carillon_model::operator::OperatorRole;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(get::operation), Entry::Operation(set::operation)];

const PATH: &str = "/v1.0/carillon/service-accounts/{unionid}/send-policy";
/// A rule that its own subjects can lift binds nobody.
const ROLES: &[OperatorRole] = &[OperatorRole::Owner];
