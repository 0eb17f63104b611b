//! `/topapi/kac/v2/datav`.

pub mod videoconf;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Folder(videoconf::OPERATIONS)];
