//! `carillon.sessions`: where the operator who calls is signed in. An operation of Carillon.

use carillon_domain::session;
use carillon_model::{error::Result, operator::OperatorRole};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{SessionRow, own};

/// The most sessions in a response.
const MAX_SESSIONS: usize = 100;

#[derive(Deserialize, JsonSchema)]
struct Request {}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The sessions that have not ended, newest first: at most 100.
    sessions: Vec<SessionRow>,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.sessions", "/v1.0/carillon/sessions")
        .get()
        .title("查询自己的登录会话", "List one's own sessions")
        .purpose(
            "查询自己当前有效的登录会话，最多 100 个，从新到旧排列，可据此结束其中某一个。",
            "Returns where the calling operator is signed in: at most 100 sessions, newest first, with ids by which they can be ended.",
        )
        .callers(&[])
        .roles(&OperatorRole::ALL)
        .example(json!({}))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, _: Request) -> Result<Response> {
    let own = own(call)?;
    let sessions = session::list(tx, &call.env, call.corp(), own.member, MAX_SESSIONS)?;
    let rows = sessions.into_iter().map(|found| SessionRow::of(found, Some(&own.session)));
    Ok(Response { sessions: rows.collect() })
}
