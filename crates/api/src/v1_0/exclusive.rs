//! `/v1.0/exclusive`.

pub mod app_dings;
pub mod data;
pub mod datas;
pub mod enterprise_securities;
pub mod follow;
pub mod inactives;
pub mod phone_dings;
pub mod publishers;
pub mod securities;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Folder(app_dings::OPERATIONS),
    Entry::Folder(data::OPERATIONS),
    Entry::Folder(datas::OPERATIONS),
    Entry::Folder(enterprise_securities::OPERATIONS),
    Entry::Folder(follow::OPERATIONS),
    Entry::Folder(inactives::OPERATIONS),
    Entry::Folder(phone_dings::OPERATIONS),
    Entry::Folder(publishers::OPERATIONS),
    Entry::Folder(securities::OPERATIONS),
];
