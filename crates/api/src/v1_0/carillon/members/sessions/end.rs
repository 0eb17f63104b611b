//! `carillon.member_session_end`: signs a member out in one browser. An operation of Carillon.

use carillon_domain::session;
use carillon_model::{
    error::{Error, Result, Rule},
    id::UserId,
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::member;
use crate::v1_0::{
    EmptyResponse,
    carillon::{LOCAL, UNKNOWN_MEMBER},
};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The userid of the member. Only owners may end the sessions of operators.
    #[schemars(length(min = 1, max = 128))]
    user_id: UserId,
    /// The id of the session, as `carillon.member_sessions` returns it.
    #[schemars(length(min = 1, max = 64))]
    session_id: String,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.member_session_end", "/v1.0/carillon/members/{userId}/sessions/{sessionId}")
        .delete()
        .title("结束成员的登录会话", "End a session of a member")
        .purpose(
            "让成员在一个浏览器中退出登录，该会话打开的页面立即失效；其他会话和密码不变。",
            "Signs a member out in one browser and ends the pages that are open there at once. Other sessions and the password stay.",
        )
        .callers(LOCAL)
        .roles(&[OperatorRole::Members])
        .error(Rule::UnknownUser, UNKNOWN_MEMBER)
        .example(json!({ "userId": "user04", "sessionId": "sessionId0001" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    let member = member(tx, call, &request.user_id)?;
    if !session::end_by_id(tx, &call.env, call.corp(), member, &request.session_id)? {
        return Err(Error::invalid("sessionId", "is no session of the member"));
    }
    Ok(EmptyResponse {})
}
