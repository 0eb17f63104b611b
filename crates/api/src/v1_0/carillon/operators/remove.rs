//! `carillon.operator_remove`: takes all roles from an operator. An operation of Carillon.

use carillon_domain::operator;
use carillon_model::{
    error::{Result, Rule},
    id::UserId,
    operator::OperatorRights,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::ROLES;
use crate::v1_0::{
    EmptyResponse,
    carillon::{LOCAL, UNKNOWN_MEMBER},
};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The member, who stays a member. The last owner cannot be removed.
    #[schemars(length(min = 1, max = 128))]
    user_id: UserId,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.operator_remove", "/v1.0/carillon/operators/{userId}")
        .delete()
        .title("移除运营人员", "Take all roles from an operator")
        .callers(LOCAL)
        .roles(ROLES)
        .error(Rule::UnknownUser, UNKNOWN_MEMBER)
        .example(json!({ "userId": "user06" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    operator::set(tx, &call.env, call.corp(), &request.user_id, None, OperatorRights::default())?;
    Ok(EmptyResponse {})
}
