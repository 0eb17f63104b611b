//! `/v1.0/carillon/organisation`: the organisation itself. Operations of Carillon.

pub mod effects;
pub mod get;
pub mod logo;
pub mod set;
pub mod sign_on;

use carillon_domain::{account::revision, corp};
use carillon_model::{
    color::Color,
    error::{Error, Result},
    id::{CorpId, MediaId},
    service_account::MAX_REVISION_CHARS,
};
use carillon_store::{Corp, Logo, State};
use carillon_wire::{Call, Caller, Context};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(effects::operation),
    Entry::Operation(get::operation),
    Entry::Operation(logo::operation),
    Entry::Operation(set::operation),
    Entry::Folder(sign_on::OPERATIONS),
];

/// All properties: an absent one is removed, except for host names.
#[derive(Deserialize, JsonSchema)]
struct Properties {
    /// The revision that the caller read; if it is not the stored one, nothing changes. Absent: the current content is replaced.
    #[schemars(length(max = MAX_REVISION_CHARS))]
    revision: Option<String>,
    /// The name of the organisation; the root department is renamed with it, unless it has another name.
    #[schemars(length(min = 1, max = 100))]
    name: String,
    /// The name in its addresses (`/o/NAME/`), of lower-case letters, digits and hyphens. The previous one still leads to it.
    #[schemars(length(min = 2, max = 32))]
    short_name: String,
    /// Its own host names, the main one first; unchanged if absent. Others may reach the server under the same host name, so apps
    /// cannot change them, and owners can add some only while the server has no other organisation.
    #[schemars(length(max = 8))]
    hosts: Option<Vec<String>>,
    /// The colour of links and buttons on its pages, `#rrggbb`; absent: none. It is made lighter or darker where text would not
    /// be readable.
    #[schemars(length(max = 7))]
    accent_color: Option<String>,
    /// The media id of its logo, an uploaded PNG or JPEG picture of at most 512 kB; absent: none.
    #[schemars(length(max = 128))]
    logo_media_id: Option<MediaId>,
    /// Its time zone by name, such as `Asia/Shanghai`; days begin and end in it.
    #[schemars(length(min = 1, max = 64))]
    time_zone: String,
}

/// Properties with the colour and the logo as they are stored.
struct Change {
    properties: Properties,
    accent_color: Option<Color>,
    logo: Option<Logo>,
}

impl Change {
    /// Checks what is not checked by the domain.
    async fn read(context: &Context, call: &Call, mut properties: Properties) -> Result<Self> {
        let color = properties.accent_color.take().filter(|color| !color.trim().is_empty());
        let parsed = color.map(|color| color.trim().parse::<Color>()).transpose();
        let accent_color =
            parsed.map_err(|_| Error::invalid("accent_color", "must be a colour such as #0f6b5c"))?;
        let media = properties.logo_media_id.take().filter(|id| !id.as_str().trim().is_empty());
        let logo = match media {
            Some(media) => Some(read_logo(context, call, media).await?),
            None => None,
        };
        Ok(Self { properties, accent_color, logo })
    }

    /// Refuses a change that is based on other properties than the stored ones.
    fn require_revision(&self, state: &State, call: &Call) -> Result<()> {
        let current = corp::revision(&state.corp(call.corp())?.corp)?;
        revision::require(&current, self.properties.revision.as_deref())
    }

    /// Refuses host names that the caller cannot set.
    fn require_hosts(&self, state: &State, call: &Call) -> Result<()> {
        let before = &state.corp(call.corp())?.corp;
        let Some(hosts) = self.properties.hosts.as_ref().filter(|hosts| **hosts != before.hosts) else {
            return Ok(());
        };
        match call.caller {
            Caller::Local(_) => Ok(()),
            Caller::Operator(_) => corp::require_hosts_of_owner(state, before, hosts),
            _ => {
                let reason = "can be changed by owners and local callers alone: `carillon corp set --host`";
                Err(Error::invalid("hosts", reason))
            }
        }
    }

    /// Makes the change.
    fn apply(self, corp: &mut Corp) -> Result<()> {
        let Properties { name, short_name, hosts, time_zone, .. } = self.properties;
        (corp.name, corp.short_name, corp.time_zone) = (name, short_name, time_zone);
        (corp.accent_color, corp.logo) = (self.accent_color, self.logo);
        if let Some(hosts) = hosts {
            corp.hosts = hosts;
        }
        Ok(())
    }
}

/// Returns the logo if the uploaded picture is valid as one.
async fn read_logo(context: &Context, call: &Call, id: MediaId) -> Result<Logo> {
    const FIELD: &str = "logo_media_id";
    let (corp, of) = (call.corp().clone(), id.clone());
    let found = context.store.read(&corp.clone(), move |tx| corp::logo_media(tx, &corp, FIELD, &of)).await?;
    let objects = context.store.objects();
    let file = objects.find(&found.content).await?;
    let (width, height) = corp::logo_size(FIELD, &objects.read_whole(&file).await?)?;
    Ok(Logo { media: id, width, height })
}

/// An organisation.
#[derive(Serialize, JsonSchema)]
struct Organisation {
    /// The id of the organisation (`corpId`).
    corp_id: CorpId,
    /// The name of the organisation.
    name: String,
    /// The short name in its addresses (`/o/NAME/`).
    short_name: String,
    /// Previous short names, newest first. They still lead to it.
    former_short_names: Vec<String>,
    /// Its own host names, the main one first.
    hosts: Vec<String>,
    /// The colour of links and buttons on its pages, `#rrggbb`; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    accent_color: Option<String>,
    /// The media id of its logo, an uploaded picture; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    logo_media_id: Option<MediaId>,
    /// Its time zone by name, such as `Asia/Shanghai`; days begin and end in it.
    time_zone: String,
    /// The revision of these properties, for the next `carillon.organisation_set`.
    revision: String,
}

impl Organisation {
    fn of(corp: &Corp) -> Result<Self> {
        Ok(Self {
            corp_id: corp.id.clone(),
            name: corp.name.clone(),
            short_name: corp.short_name.clone(),
            former_short_names: corp.former_short_names.clone(),
            hosts: corp.hosts.clone(),
            accent_color: corp.accent_color.map(|color| color.to_string()),
            logo_media_id: corp.logo.as_ref().map(|logo| logo.media.clone()),
            time_zone: corp.time_zone.clone(),
            revision: corp::revision(corp)?,
        })
    }
}
