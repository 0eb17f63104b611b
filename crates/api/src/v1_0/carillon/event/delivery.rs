//! `/v1.0/carillon/event/delivery`: deliveries of the events that an app subscribed to.

pub mod list;
pub mod retry;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(list::operation), Entry::Operation(retry::operation)];
