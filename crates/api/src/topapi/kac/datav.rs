//! `/topapi/kac/datav`.

pub mod annual_report;
pub mod chat;
pub mod dau;
pub mod dept;
pub mod ding;
pub mod group;
pub mod inactivated;
pub mod microapp;
pub mod telconf;
pub mod videoconf;
pub mod videolive;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Folder(annual_report::OPERATIONS),
    Entry::Folder(chat::OPERATIONS),
    Entry::Folder(dau::OPERATIONS),
    Entry::Folder(dept::OPERATIONS),
    Entry::Folder(ding::OPERATIONS),
    Entry::Folder(group::OPERATIONS),
    Entry::Folder(inactivated::OPERATIONS),
    Entry::Folder(microapp::OPERATIONS),
    Entry::Folder(telconf::OPERATIONS),
    Entry::Folder(videoconf::OPERATIONS),
    Entry::Folder(videolive::OPERATIONS),
];
