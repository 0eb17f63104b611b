//! `carillon.organisation_get`: the organisation's name, addresses and looks. An operation of Carillon.

use carillon_model::{error::Result, operator::OperatorRole};
use carillon_store::CorpState;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::Organisation;
use crate::v1_0::carillon::APPS_AND_LOCAL;

#[derive(Deserialize, JsonSchema)]
struct Request {}

pub fn operation() -> Operation {
    Operation::v1("carillon.organisation_get", "/v1.0/carillon/organisation")
        .get()
        .title("查询组织信息", "Get the organisation")
        .purpose(
            "查询企业的名称、访问地址、标志、主题色和时区；任何运营角色都可以调用。",
            "Returns the name, the addresses, the logo, the colour and the time zone of the organisation. Operators with any role may call it.",
        )
        .permission("Carillon.Organisation.Read")
        .callers(APPS_AND_LOCAL)
        .roles(&OperatorRole::ALL)
        .example(json!({}))
        .snapshot(handle)
}

fn handle(state: &CorpState, _: &Call, _: Request) -> Result<Organisation> {
    Organisation::of(&state.corp)
}
