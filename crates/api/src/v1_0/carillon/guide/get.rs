//! `carillon.guide_get`: what an owner of an empty organisation does next. An operation of Carillon.

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
struct Request {}

pub fn operation() -> Operation {
    Operation::v1("carillon.guide_get", "/v1.0/carillon/guide")
        .get()
        .title("查询入门步骤", "Get the first steps")
        .callers(LOCAL)
        .roles(ROLES)
        .example(json!({}))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, _: Request) -> Result<GuideView> {
    Ok(guide::get(tx, call.corp())?.into())
}
