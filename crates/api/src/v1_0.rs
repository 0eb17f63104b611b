//! `/v1.0`.

pub mod carillon;
pub mod contact;
pub mod datacenter;
pub mod exclusive;
pub mod gateway;
pub mod oauth2;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Folder(carillon::OPERATIONS),
    Entry::Folder(contact::OPERATIONS),
    Entry::Folder(datacenter::OPERATIONS),
    Entry::Folder(exclusive::OPERATIONS),
    Entry::Folder(gateway::OPERATIONS),
    Entry::Folder(oauth2::OPERATIONS),
];

/// A response without fields: the operation succeeded.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct EmptyResponse {}
