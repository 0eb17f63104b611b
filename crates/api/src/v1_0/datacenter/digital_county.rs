//! `/v1.0/datacenter/digitalCounty`.

pub mod org_infos;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Folder(org_infos::OPERATIONS)];
