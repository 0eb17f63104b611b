//! `carillon.session_end`: signs the operator who calls out in one browser. An operation of Carillon.

use carillon_domain::session;
use carillon_model::{error::Result, operator::OperatorRole};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::own;

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The id of the session, as `carillon.sessions` returns it.
    #[schemars(length(min = 1, max = 64))]
    session_id: String,
}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// Whether there was such a session; it may have ended before.
    ended: bool,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.session_end", "/v1.0/carillon/sessions/{sessionId}")
        .delete()
        .title("结束自己的登录会话", "End one of one's own sessions")
        .purpose(
            "让自己在一个浏览器中退出登录，该会话打开的页面立即失效；其他会话不变。",
            "Signs the calling operator out in one browser and ends the pages that are open there at once. Other sessions stay.",
        )
        .callers(&[])
        .roles(&OperatorRole::ALL)
        .example(json!({ "sessionId": "sessionId0001" }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let member = own(call)?.member;
    let ended = session::end_by_id(tx, &call.env, call.corp(), member, &request.session_id)?;
    Ok(Response { ended })
}
