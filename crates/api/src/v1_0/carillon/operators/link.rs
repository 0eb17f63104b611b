//! `carillon.operator_link`: makes a link by which an operator chooses a password and signs in, once. An operation of Carillon.

use carillon_domain::operator;
use carillon_model::{
    error::{Result, Rule},
    id::UserId,
    time::Timestamp,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::ROLES;
use crate::v1_0::carillon::{LOCAL, UNKNOWN_MEMBER};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The userid of an operator, whose previous links end.
    #[schemars(length(min = 1, max = 128))]
    user_id: UserId,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The address. It is returned only here: whoever has it can sign in as the operator.
    url: String,
    /// When the link expires, in ms since 1970: 3 days after it was made.
    expire_time: Timestamp,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.operator_link", "/v1.0/carillon/operators/{userId}/password-link")
        .title("生成运营人员的设密链接", "Make a password link for an operator")
        .purpose(
            "为运营人员生成设密链接，打开后设置新密码并登录。链接只能用一次，3 天内有效；使用之前原密码仍然有效，使用后其他登录会话全部结束。不是运营人员的成员请用“生成成员的设密链接”。",
            "Makes a link by which an operator chooses a password and signs in, once and within 3 days. The password stays until the link is used, which ends all other sessions. For other members there is `carillon.member_password_link`.",
        )
        .callers(LOCAL)
        .roles(ROLES)
        .error(Rule::UnknownUser, UNKNOWN_MEMBER)
        .example(json!({ "userId": "user06" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let link = operator::create_link_of_operator(tx, &call.env, call.corp(), &request.user_id)?;
    Ok(Response { url: format!("{}{}", call.base_url(), link.path()), expire_time: link.expires_at })
}
