//! `carillon.sessions_end_others`: signs the operator who calls out in all other browsers. An operation of Carillon.

use carillon_domain::session;
use carillon_model::{error::Result, operator::OperatorRole};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::own;

#[derive(Deserialize, JsonSchema)]
struct Request {}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The number of sessions that ended.
    ended: usize,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.sessions_end_others", "/v1.0/carillon/sessions/end-others")
        .title("结束自己的其他登录会话", "End all of one's other sessions")
        .purpose(
            "保留本次调用所在的会话，让自己在其他所有浏览器中退出登录；密码不变。",
            "Signs the calling operator out in all browsers but the one of this call. The password stays.",
        )
        .callers(&[])
        .roles(&OperatorRole::ALL)
        .example(json!({}))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, _: Request) -> Result<Response> {
    let own = own(call)?;
    let ended = session::end_others(tx, &call.env, call.corp(), own.member, Some(&own.session))?;
    Ok(Response { ended })
}
