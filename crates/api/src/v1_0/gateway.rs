//! `/v1.0/gateway`.

pub mod connections;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Folder(connections::OPERATIONS)];
