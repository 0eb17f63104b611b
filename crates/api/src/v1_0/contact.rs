//! `/v1.0/contact`.

pub mod departments;
pub mod users;

use carillon_wire::Code;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Folder(departments::OPERATIONS), Entry::Folder(users::OPERATIONS)];

/// As the pages of both searches document it.
const PARAMETER_ERROR: Code = Code::both(40035, "参数错误", "parameter.error", 400);
