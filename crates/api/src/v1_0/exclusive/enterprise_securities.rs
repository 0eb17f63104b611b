//! `/v1.0/exclusive/enterpriseSecurities`.

pub mod ban_or_open_group_words;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(ban_or_open_group_words::operation)];
