//! `/v1.0/carillon/dings`.

pub mod settings;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(settings::operation)];
