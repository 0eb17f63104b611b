//! `/v1.0/carillon/service-accounts/{unionid}/saved-answers`: answers that operators use again.

pub mod add;
pub mod list;
pub mod order;
pub mod remove;
pub mod set;

use carillon_model::error::Rule;
use carillon_wire::operation::Builder;

use super::conversations::declare;
use crate::{Entry, v1_0::exclusive::follow::message::UNKNOWN_ACCOUNT};

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(add::operation),
    Entry::Operation(list::operation),
    Entry::Operation(order::operation),
    Entry::Operation(remove::operation),
    Entry::Operation(set::operation),
];

/// Declares an operation that writes an answer.
fn declare_writing(id: &'static str, path: &'static str) -> Builder {
    declare(id, path).error(Rule::AccountDisabled, UNKNOWN_ACCOUNT)
}
