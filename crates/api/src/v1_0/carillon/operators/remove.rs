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
    /// The userid of the operator, who stays a member. The last owner cannot be removed.
    #[schemars(length(min = 1, max = 128))]
    user_id: UserId,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.operator_remove", "/v1.0/carillon/operators/{userId}")
        .delete()
        .title("移除运营人员", "Take all roles from an operator")
        .purpose(
            "收回直接授予一个成员的全部运营角色，立即生效；该成员仍在通讯录中，因服务号的运营人员名单或单点登录用户组而有的角色不受影响。企业的最后一个所有者不能移除。",
            "Takes all roles that were given to a member, with effect at once; the member stays in the organisation. Roles by the lists of service accounts or by groups of the provider stay. The last owner cannot be removed.",
        )
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
