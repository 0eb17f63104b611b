//! `/topapi/kac/datav/videoconf`.

pub mod detail;
pub mod get;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Folder(detail::OPERATIONS), Entry::Operation(get::operation)];
