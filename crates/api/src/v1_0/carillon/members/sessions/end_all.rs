//! `carillon.member_sessions_end`: signs a member out everywhere. An operation of Carillon.

use carillon_domain::session;
use carillon_model::{
    error::{Result, Rule},
    id::UserId,
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::member;
use crate::v1_0::carillon::{LOCAL, UNKNOWN_MEMBER};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The userid of the member. Only owners may end the sessions of operators.
    #[schemars(length(min = 1, max = 128))]
    user_id: UserId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The number of sessions that ended.
    ended: usize,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.member_sessions_end", "/v1.0/carillon/members/{userId}/sessions")
        .delete()
        .title("结束成员的全部登录会话", "End all sessions of a member")
        .purpose(
            "让成员在所有浏览器中退出登录，打开的页面立即失效。密码不变，成员可以重新登录。",
            "Signs a member out in all browsers and ends the open pages at once. The password stays, so the member can sign in again.",
        )
        .callers(LOCAL)
        .roles(&[OperatorRole::Members])
        .error(Rule::UnknownUser, UNKNOWN_MEMBER)
        .example(json!({ "userId": "user04" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let member = member(tx, call, &request.user_id)?;
    Ok(Response { ended: session::end_others(tx, &call.env, call.corp(), member, None)? })
}
