//! `carillon.member_sessions`: where a member is signed in. An operation of Carillon.

use carillon_domain::session;
use carillon_model::{
    error::{Result, Rule},
    id::UserId,
    operator::OperatorRole,
    time::Timestamp,
};
use carillon_store::{Session, Tx};
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::member;
use crate::v1_0::carillon::{LOCAL, UNKNOWN_MEMBER};

/// The most sessions in a response.
const MAX_SESSIONS: usize = 100;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The member. Only owners may see the sessions of operators.
    #[schemars(length(min = 1, max = 128))]
    user_id: UserId,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The sessions that have not ended, newest first: at most 100.
    sessions: Vec<SessionRow>,
}

/// A session.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct SessionRow {
    /// Its id, which gives no access to it.
    session_id: String,
    /// When it began, in ms.
    create_time: Timestamp,
    /// When it ends, in ms.
    expire_time: Timestamp,
    /// The `User-Agent` of the browser when it began; may be empty.
    user_agent: String,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.member_sessions", "/v1.0/carillon/members/{userId}/sessions")
        .get()
        .title("查询成员的登录会话", "List the sessions of a member")
        .callers(LOCAL)
        .roles(&[OperatorRole::Members])
        .error(Rule::UnknownUser, UNKNOWN_MEMBER)
        .example(json!({ "userId": "user04" }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let member = member(tx, call, &request.user_id)?;
    let sessions = tx.sessions_of(call.corp(), member, call.env.now(), MAX_SESSIONS)?;
    let row = |(hash, found)| {
        let Session { created_at, expires_at, user_agent, .. } = found;
        let session_id = session::id(&hash);
        SessionRow { session_id, create_time: created_at, expire_time: expires_at, user_agent }
    };
    Ok(Response { sessions: sessions.into_iter().map(row).collect() })
}
