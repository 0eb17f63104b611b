//! `/robot`.

mod robot_message;
pub mod send_by_session;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(send_by_session::operation)];
