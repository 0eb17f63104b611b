//! `carillon.calls_reach`: how many members a call would reach, for the operator who is about to try it. An operation of Carillon.

use carillon_model::{
    error::{Error, Result},
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Caller, Context, Input, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    inner_request::Parts,
    reached_members::{self, Reached},
};

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    #[serde(flatten)]
    parts: Parts,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// How many members get something by the call, or lose it, with those who got the same content today; 0 if it reaches nobody, and if it would be
    /// refused.
    members: u64,
    /// Whether they are all members of the organisation: then `carillon.calls_try` asks for the password once more.
    everybody: bool,
    /// The body of the same call for the operator alone; absent if it cannot be narrowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    only_me: Option<String>,
}

pub fn operation() -> Operation {
    Operation::v1("carillon.calls_reach", "/v1.0/carillon/calls/reach")
        .title("查询一次调用会触达多少成员", "How many members a call would reach")
        .purpose(
            "在试用接口之前查看这次调用现在会触达多少成员：群发、DING 的接收人，或者撤回的消息原来的接收人。能够只发给自己的调用，同时返回只发给运营人员自己的请求体。不执行调用，也不占用额度。",
            "Returns how many members a call would reach now, before it is tried: the receivers of a send or an urgent message, or those of a send that it recalls. If the call can be made to the operator alone, it returns the body for that. It calls nothing and uses no quota.",
        )
        .callers(&[])
        .roles(&[OperatorRole::Developer])
        .example(json!({
            "operation": "mass.send",
            "body": "{\"unionid\":\"svcUnionId0001\",\"msg_type\":\"text\",\"text_content\":\"Hello\",\"uuid\":\"7d9f2c1e-0009\",\"is_to_all\":true}",
        }))
        .reading_steps(handle)
}

async fn handle(context: Context, call: Call, input: Input<Request>) -> Result<Response> {
    let Caller::Operator(operator) = &call.caller else {
        return Err(Error::internal("only operators try calls"));
    };
    let parts = input.fields.parts;
    let target = super::find(&context, &parts)?;
    let prepared = parts.prepare(target.operation(), None, &call.env)?;
    let Some(reaches) = target.operation().reaches else {
        return Ok(Response { members: 0, everybody: false, only_me: None });
    };
    let only_me = match serde_json::from_slice(&prepared.body) {
        Ok(Value::Object(mut body)) => {
            let is_narrowed = reaches.narrow(&mut body, operator.signed_in.userid.as_str());
            is_narrowed.then(|| format!("{:#}", Value::Object(body)))
        }
        _ => None,
    };
    let fields = target.fields(&prepared);
    let corp = call.corp().clone();
    let read = move |tx: &mut Tx<'_>| reached_members::count(tx, &call, &reaches, fields.as_ref());
    let Reached { members, is_everybody } = context.store.read(&corp, read).await?;
    Ok(Response { members, everybody: is_everybody, only_me })
}
