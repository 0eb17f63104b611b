//! `/v1.0/exclusive/follow`.

pub mod message;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Folder(message::OPERATIONS)];
