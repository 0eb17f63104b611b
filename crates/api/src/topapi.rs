//! `/topapi`.

pub mod inactive;
pub mod kac;
pub mod material;
pub mod message;
pub mod role;
pub mod serviceaccount;
pub mod user;
pub mod v2;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Folder(inactive::OPERATIONS),
    Entry::Folder(kac::OPERATIONS),
    Entry::Folder(material::OPERATIONS),
    Entry::Folder(message::OPERATIONS),
    Entry::Folder(role::OPERATIONS),
    Entry::Folder(serviceaccount::OPERATIONS),
    Entry::Folder(user::OPERATIONS),
    Entry::Folder(v2::OPERATIONS),
];

/// A response without fields: the operation succeeded.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct EmptyResponse {}

/// The language of names in contacts. Decided: without effect, since names are stored once and not translated.
#[derive(serde::Deserialize, schemars::JsonSchema)]
pub enum Language {
    /// Names in Chinese.
    #[serde(rename = "zh_CN")]
    Chinese,
    /// Names in English.
    #[serde(rename = "en_US")]
    English,
}
