//! `carillon.system_release`: lets what a restored organisation holds back leave. An operation of Carillon.

use carillon_domain::system;
use carillon_model::error::Result;
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::ROLES;
use crate::v1_0::carillon::LOCAL;

#[derive(Deserialize, JsonSchema)]
struct Request {}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// Whether something was held back until now.
    released: bool,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.system_release", "/v1.0/carillon/system/release")
        .title("恢复发送", "Let sends and events leave after a restore")
        .callers(LOCAL)
        .roles(ROLES)
        .example(json!({}))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, _: Request) -> Result<Response> {
    Ok(Response { released: system::release(tx, call.corp())? })
}
