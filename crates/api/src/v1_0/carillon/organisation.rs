//! `/v1.0/carillon/organisation`: the organisation itself. Operations of Carillon.

pub mod get;
pub mod set;
pub mod sign_on;

use carillon_model::id::{CorpId, MediaId};
use carillon_store::Corp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::Entry;

pub const OPERATIONS: &[Entry] =
    &[Entry::Operation(get::operation), Entry::Operation(set::operation), Entry::Folder(sign_on::OPERATIONS)];

/// An organisation.
#[derive(Serialize, JsonSchema)]
struct Organisation {
    /// `corpId`.
    corp_id: CorpId,
    /// Its name.
    name: String,
    /// The name in its addresses (`/o/NAME/`).
    short_name: String,
    /// Previous short names, newest first. They still lead to it.
    former_short_names: Vec<String>,
    /// Its own host names, the main one first.
    hosts: Vec<String>,
    /// The colour of links and buttons on its pages, `#rrggbb`; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    accent_color: Option<String>,
    /// Its logo, an uploaded picture; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    logo_media_id: Option<MediaId>,
    /// Its time zone by name.
    time_zone: String,
}

impl Organisation {
    fn of(corp: &Corp) -> Self {
        Self {
            corp_id: corp.id.clone(),
            name: corp.name.clone(),
            short_name: corp.short_name.clone(),
            former_short_names: corp.former_short_names.clone(),
            hosts: corp.hosts.clone(),
            accent_color: corp.accent_color.map(|color| color.to_string()),
            logo_media_id: corp.logo.as_ref().map(|logo| logo.media.clone()),
            time_zone: corp.time_zone.clone(),
        }
    }
}
