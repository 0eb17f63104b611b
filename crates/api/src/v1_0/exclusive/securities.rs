//! `/v1.0/exclusive/securities`.

pub mod org_group_infos;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(org_group_infos::operation)];
