//! `/topapi/kac/datav/videolive`.

pub mod detail;
pub mod get;
pub mod viewer;

use crate::Entry;

pub const OPERATIONS: &[Entry] =
    &[Entry::Folder(detail::OPERATIONS), Entry::Operation(get::operation), Entry::Folder(viewer::OPERATIONS)];
