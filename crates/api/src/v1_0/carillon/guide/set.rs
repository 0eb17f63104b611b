//! `carillon.guide_set`: puts the first steps away, or brings them back. An operation of Carillon.

use carillon_domain::guide;
use carillon_model::error::Result;
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{GuideView, ROLES};
use crate::v1_0::carillon::LOCAL;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// Whether the guide is put away.
    dismissed: bool,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.guide_set", "/v1.0/carillon/guide")
        .put()
        .title("收起入门步骤", "Put the first steps away")
        .callers(LOCAL)
        .roles(ROLES)
        .example(json!({ "dismissed": true }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<GuideView> {
    guide::set_dismissed(tx, call.corp(), request.dismissed)?;
    Ok(guide::get(tx, call.corp())?.into())
}
