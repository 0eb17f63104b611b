//! `carillon.conversation_agents`: the operators who may answer for a service account. An operation of Carillon.

use carillon_domain::chat::assign;
use carillon_model::{
    error::Result,
    id::{AccountId, UserId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::declare;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The operators who may reply in conversations of the account, sorted by userid.
    agents: Vec<AgentRow>,
}

/// An operator who may answer.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct AgentRow {
    /// The userid of the operator.
    user_id: UserId,
    /// The name of the operator.
    name: String,
}

pub fn operation() -> Operation {
    declare("carillon.conversation_agents", "/v1.0/carillon/service-accounts/{unionid}/agents")
        .get()
        .title("查询可回复会话的客服", "List the operators who may answer")
        .purpose(
            "查询可以回复该服务号会话的人员，包括拥有客服角色的运营人员和该服务号的运营人员，\
             用于分配会话。",
            "Lists who may reply in conversations of a service account: operators with the role of an \
             agent, and those who operate the account. A conversation can be assigned to any of them.",
        )
        .example(json!({ "unionid": "svcUnionId0001" }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let agents = assign::agents(tx, call.corp(), &request.unionid)?;
    let agents = agents.into_iter().map(|agent| AgentRow { user_id: agent.userid, name: agent.name });
    Ok(Response { agents: agents.collect() })
}
