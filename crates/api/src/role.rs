//! `/role`.

pub mod add_role;
pub mod add_role_group;
pub mod update_role;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(add_role::operation),
    Entry::Operation(add_role_group::operation),
    Entry::Operation(update_role::operation),
];
