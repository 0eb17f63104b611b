//! `/v1.0/carillon/dings`: urgent messages (DING).

pub mod get_settings;
pub mod list;
pub mod send;
pub mod settings;

use carillon_model::operator::OperatorRole;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(get_settings::operation),
    Entry::Operation(list::operation),
    Entry::Operation(send::operation),
    Entry::Operation(settings::operation),
];

/// Who may see urgent messages.
const READERS: &[OperatorRole] = &[OperatorRole::Sender, OperatorRole::Analyst];
