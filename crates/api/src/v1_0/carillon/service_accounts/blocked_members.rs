//! `/v1.0/carillon/service-accounts/{unionid}/blocked-members`: the blocked members.

pub mod get;
pub mod set;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(get::operation), Entry::Operation(set::operation)];

const PATH: &str = "/v1.0/carillon/service-accounts/{unionid}/blocked-members";
