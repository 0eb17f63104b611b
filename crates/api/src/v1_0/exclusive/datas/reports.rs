//! `/v1.0/exclusive/datas/{dataId}/reports`.

pub mod organizations;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(organizations::operation)];
