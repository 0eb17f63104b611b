//! `carillon.member_password_link`: makes a link by which a member chooses a password and signs in, once. An operation of Carillon.

use carillon_domain::{contact::manage, operator};
use carillon_model::{
    error::{Result, Rule},
    id::UserId,
    operator::OperatorRole,
    time::Timestamp,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::resets;
use crate::v1_0::carillon::{LOCAL, UNKNOWN_MEMBER};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The userid of the member, whose previous links end. Only owners may make links for operators.
    #[schemars(length(min = 1, max = 128))]
    user_id: UserId,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// The address. It is returned only here: whoever has it can sign in as the member.
    url: String,
    /// When the link expires, in ms since 1970: 3 days after it was made.
    expire_time: Timestamp,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.member_password_link", "/v1.0/carillon/members/{userId}/password-link")
        .title("生成成员的设密链接", "Make a password link for a member")
        .purpose(
            "生成一个链接，成员打开后设置新密码并登录，用于首次登录或忘记密码。链接只能用一次，3 天内有效；使用之前原密码仍然有效，使用后该成员的其他登录会话全部结束。服务器不会通知成员，请自行转交。企业只允许单点登录时，链接不能使用。",
            "Makes a link by which a member chooses a password and signs in, once and within 3 days. The password stays until the link is used, which ends all other sessions of the member. Nobody sends the link: pass it on yourself. It does not work where members sign in by the provider alone.",
        )
        .callers(LOCAL)
        .roles(&[OperatorRole::Members])
        .error(Rule::UnknownUser, UNKNOWN_MEMBER)
        .example(json!({ "userId": "user04" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    manage::resettable(tx, call.corp(), &request.user_id, resets(call))?;
    let link = operator::create_link(tx, &call.env, call.corp(), &request.user_id)?;
    Ok(Response { url: format!("{}{}", call.base_url(), link.path()), expire_time: link.expires_at })
}
