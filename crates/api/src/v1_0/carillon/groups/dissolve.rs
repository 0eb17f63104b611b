//! `carillon.group_dissolve`: dissolves an internal group. An operation of Carillon.

use carillon_domain::group;
use carillon_model::{
    error::{Result, Rule},
    id::ConversationId,
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::v1_0::carillon::APPS_AND_LOCAL;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The group, by its `openConversationId`, as `carillon.group_list` returns it.
    #[schemars(length(min = 1, max = 128))]
    open_conversation_id: ConversationId,
}

#[derive(Serialize, JsonSchema)]
struct Response {}

pub fn operation() -> Operation {
    Operation::v1("carillon.group_dissolve", "/v1.0/carillon/groups/dissolve")
        .title("解散内部群", "Dissolve an internal group")
        .purpose(
            "永久解散一个群，所有成员离开。解散的群仍可查询，但不能再修改或发言，也不能恢复。",
            "Dissolves a group for good: all members leave it. It can still be looked up, but not changed, posted in or brought back.",
        )
        .permission("Custom.Group.Write")
        .callers(APPS_AND_LOCAL)
        .roles(&[OperatorRole::Members])
        .errors(&[Rule::UnknownGroup, Rule::GroupOfAnotherCorp, Rule::GroupDissolved])
        .example(json!({ "openConversationId": "cidSample0002==" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    group::dissolve(tx, &call.env, call.corp(), &request.open_conversation_id)?;
    Ok(Response {})
}
