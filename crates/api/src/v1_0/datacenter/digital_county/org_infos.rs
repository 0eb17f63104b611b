//! `/v1.0/datacenter/digitalCounty/orgInfos`.

pub mod query;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(query::operation)];
