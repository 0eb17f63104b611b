//! `/topapi/kac/datav/inactivated`.

pub mod user;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Folder(user::OPERATIONS)];
