//! `carillon.organisation_set`: replaces the organisation's name, addresses and looks. An operation of Carillon.

use carillon_domain::corp;
use carillon_model::{
    color::Color,
    error::{Error, Result},
    id::MediaId,
    operator::OperatorRole,
};
use carillon_store::{Logo, Tx};
use carillon_wire::{Call, Caller, Context, Input, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::Organisation;
use crate::v1_0::carillon::APPS_AND_LOCAL;

/// All properties: an absent one is removed, except for host names.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// Its name.
    #[schemars(length(min = 1, max = 100))]
    name: String,
    /// The name in its addresses (`/o/NAME/`), of lower-case letters, digits and hyphens. The previous one still leads to it.
    #[schemars(length(min = 2, max = 32))]
    short_name: String,
    /// Its own host names, the main one first; unchanged if absent. Only a local caller can change them, since others may reach the server under
    /// the same host name.
    #[schemars(length(max = 8))]
    hosts: Option<Vec<String>>,
    /// The colour of links and buttons on its pages, `#rrggbb`. It is made lighter or darker where text would not be readable.
    #[schemars(length(max = 7))]
    accent_color: Option<String>,
    /// Its logo: an uploaded picture, PNG or JPEG, of at most 512 kB.
    #[schemars(length(max = 128))]
    logo_media_id: Option<MediaId>,
    /// Its time zone by name; days begin and end in it.
    #[schemars(length(min = 1, max = 64))]
    time_zone: String,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.organisation_set", "/v1.0/carillon/organisation")
        .put()
        .title("设置组织信息", "Set the organisation's properties")
        .permission("Carillon.Organisation.Write")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Owner])
        .example(json!({
            "name": "Example School",
            "short_name": "example",
            "accent_color": "#0f6b5c",
            "logo_media_id": "@lADPlogo0001",
            "time_zone": "Asia/Shanghai",
        }))
        .steps(handle)
}

async fn handle(context: Context, call: Call, input: Input<Request>) -> Result<Organisation> {
    let request = input.fields;
    let accent_color = match request.accent_color.filter(|color| !color.trim().is_empty()) {
        None => None,
        Some(color) => {
            let color: Option<Color> = color.trim().parse().ok();
            Some(color.ok_or_else(|| Error::invalid("accent_color", "must be a colour such as #0f6b5c"))?)
        }
    };
    let logo = match request.logo_media_id.filter(|id| !id.as_str().trim().is_empty()) {
        Some(media) => Some(logo(&context, &call, media).await?),
        None => None,
    };
    let hosts = request.hosts;
    let set = move |tx: &mut Tx<'_>, call: &Call| {
        let before = &tx.state().corp(call.corp())?.corp.hosts;
        let hosts = hosts.unwrap_or_else(|| before.clone());
        if hosts != *before && !matches!(call.caller, Caller::Local(_)) {
            let reason = "can be changed by local callers alone: `carillon corp set --host`";
            return Err(Error::invalid("hosts", reason));
        }
        corp::update(tx, &call.env, call.corp(), |corp| {
            (corp.name, corp.short_name, corp.time_zone) =
                (request.name, request.short_name, request.time_zone);
            (corp.hosts, corp.accent_color, corp.logo) = (hosts, accent_color, logo);
            Ok(())
        })
    };
    Ok(Organisation::of(&*context.write(call, set).await?))
}

/// Returns the logo if the uploaded picture is valid as one.
async fn logo(context: &Context, call: &Call, id: MediaId) -> Result<Logo> {
    const FIELD: &str = "logo_media_id";
    let (corp, of) = (call.corp().clone(), id.clone());
    let found = context.store.read(&corp.clone(), move |tx| corp::logo_media(tx, &corp, FIELD, &of)).await?;
    let objects = context.store.objects();
    let file = objects.find(&found.content).await?;
    let (width, height) = corp::logo_size(FIELD, &objects.read_whole(&file).await?)?;
    Ok(Logo { media: id, width, height })
}
