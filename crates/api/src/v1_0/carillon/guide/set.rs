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
    /// Whether the guide is put away; `false` brings it back.
    dismissed: bool,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.guide_set", "/v1.0/carillon/guide")
        .put()
        .title("收起入门步骤", "Put the first steps away")
        .purpose(
            "在管理后台收起入门步骤，或重新显示；对企业的全部所有者生效，不影响各步骤的完成情况。",
            "Puts the first steps away in the console, or brings them back, for all owners of the organisation. Whether steps are done does not change.",
        )
        .callers(LOCAL)
        .roles(ROLES)
        .example(json!({ "dismissed": true }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<GuideView> {
    guide::set_dismissed(tx, call.corp(), request.dismissed)?;
    Ok(guide::get(tx, call.corp())?.into())
}
