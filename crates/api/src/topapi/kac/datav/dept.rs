//! `/topapi/kac/datav/dept`.

pub mod chat;
pub mod dau;
pub mod ding;
pub mod telconf;
pub mod videoconf;
pub mod videolive;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Folder(chat::OPERATIONS),
    Entry::Folder(dau::OPERATIONS),
    Entry::Folder(ding::OPERATIONS),
    Entry::Folder(telconf::OPERATIONS),
    Entry::Folder(videoconf::OPERATIONS),
    Entry::Folder(videolive::OPERATIONS),
];
