//! `/service`: operations for providers of third-party apps.

pub mod get_auth_info;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(get_auth_info::operation)];
