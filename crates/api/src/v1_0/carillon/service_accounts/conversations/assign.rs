//! `carillon.conversation_assign`: gives a conversation to an operator who is to answer, or to nobody. An operation of Carillon.

use carillon_domain::chat::assign;
use carillon_model::{
    error::Result,
    id::{AccountId, UserId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{declare_on_one, existing};
use crate::v1_0::EmptyResponse;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// Userid of the member, who has a conversation with the account.
    #[schemars(length(min = 1, max = 128))]
    user_id: UserId,
    /// Userid of an operator of `carillon.conversation_agents`; empty to assign the conversation to nobody.
    #[schemars(length(max = 128))]
    operator_id: UserId,
    /// Userid of the operator who had it when the caller read it, empty for nobody; refused if changed since. Absent: no check.
    #[schemars(length(max = 128))]
    current_operator_id: Option<UserId>,
}

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/service-accounts/{unionid}/conversations/{userId}/operator";
    declare_on_one("carillon.conversation_assign", path)
        .put()
        .title("分配会话", "Assign a conversation")
        .purpose(
            "把会话分配给一位客服，或取消分配。分配只表明由谁负责，其他客服仍可回复；\
             客服失去角色或离开企业后，其会话自动变为未分配。",
            "Assigns a conversation to an operator, or to nobody. It only shows who is in charge: other \
             agents may still reply. It is released when the operator loses the role or leaves.",
        )
        .example(json!({
            "unionid": "svcUnionId0001",
            "userId": "user01",
            "operatorId": "",
            "currentOperatorId": "",
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    let key = existing(tx, call, request.unionid, &request.user_id)?;
    let operator = |userid: UserId| Some(userid).filter(|userid| !userid.as_str().is_empty());
    let (to, known) = (operator(request.operator_id), request.current_operator_id.map(operator));
    assign::assign(tx, &key, to.as_ref(), known.as_ref().map(Option::as_ref))?;
    Ok(EmptyResponse {})
}
