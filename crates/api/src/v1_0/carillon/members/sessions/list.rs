//! `carillon.member_sessions`: where a member is signed in. An operation of Carillon.

use carillon_domain::session;
use carillon_model::{
    error::{Result, Rule},
    id::UserId,
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Caller, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::member;
use crate::v1_0::carillon::{LOCAL, UNKNOWN_MEMBER, sessions::SessionRow};

/// The most sessions in a response.
const MAX_SESSIONS: usize = 100;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The userid of the member. Only owners may see the sessions of operators.
    #[schemars(length(min = 1, max = 128))]
    user_id: UserId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The sessions that have not ended, newest first: at most 100.
    sessions: Vec<SessionRow>,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.member_sessions", "/v1.0/carillon/members/{userId}/sessions")
        .get()
        .title("查询成员的登录会话", "List the sessions of a member")
        .purpose(
            "查询成员当前有效的登录会话，最多 100 个，从新到旧排列，可据此结束其中某一个。会话 ID 不能用来登录。",
            "Returns where a member is signed in: at most 100 sessions, newest first, with ids by which they can be ended and which give no access.",
        )
        .callers(LOCAL)
        .roles(&[OperatorRole::Members])
        .error(Rule::UnknownUser, UNKNOWN_MEMBER)
        .example(json!({ "userId": "user04" }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let member = member(tx, call, &request.user_id)?;
    let sessions = session::list(tx, &call.env, call.corp(), member, MAX_SESSIONS)?;
    let current = match &call.caller {
        Caller::Operator(operator) => Some(&operator.signed_in.session),
        _ => None,
    };
    Ok(Response { sessions: sessions.into_iter().map(|found| SessionRow::of(found, current)).collect() })
}
