//! `/v1.0/carillon/service-accounts/{unionid}/scope`: whom a service account may send to.

pub mod get;
pub mod set;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(get::operation), Entry::Operation(set::operation)];

const PATH: &str = "/v1.0/carillon/service-accounts/{unionid}/scope";
