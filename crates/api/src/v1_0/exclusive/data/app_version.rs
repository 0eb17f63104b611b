//! `/v1.0/exclusive/data/appVersion`.

pub mod org;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(org::operation)];
