//! `/topapi/kac`: statistics of days.

pub mod datav;
mod meeting;
mod request;
mod response;
pub mod v2;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Folder(datav::OPERATIONS), Entry::Folder(v2::OPERATIONS)];
