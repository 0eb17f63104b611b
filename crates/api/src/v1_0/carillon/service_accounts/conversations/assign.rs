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
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The member of the conversation.
    #[schemars(length(min = 1, max = 128))]
    user_id: UserId,
    /// An operator who may answer for the account; empty for nobody.
    #[schemars(length(max = 128))]
    operator_id: UserId,
    /// The operator who has it as far as the caller knows; empty for nobody. If somebody else has it now, the call is refused. Absent for
    /// whoever has it.
    #[schemars(length(max = 128))]
    current_operator_id: Option<UserId>,
}

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/service-accounts/{unionid}/conversations/{userId}/operator";
    declare_on_one("carillon.conversation_assign", path)
        .put()
        .title("分配会话", "Assign a conversation")
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
