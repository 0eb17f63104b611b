//! `/topapi/message/mass`.

mod legacy_link;
pub mod recall;
pub mod send;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(recall::operation), Entry::Operation(send::operation)];
