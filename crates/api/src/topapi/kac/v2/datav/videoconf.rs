//! `/topapi/kac/v2/datav/videoconf`.

pub mod get;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(get::operation)];
