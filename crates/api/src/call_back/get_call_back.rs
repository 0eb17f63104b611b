//! `events.callback_get`: the callback of an app.

use carillon_domain::event::subscription;
use carillon_model::error::{Result, Rule};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::APP_TYPES;

#[derive(Deserialize, JsonSchema)]
struct Request {}

#[derive(Serialize, JsonSchema)]
struct Response {
    /// Names or patterns of the events that the callback receives.
    call_back_tag: Vec<String>,
    /// The signing token that was set for the callback, in plain text.
    token: String,
    /// The encryption key that was set for the callback, in plain text.
    aes_key: String,
    /// The address that events are sent to.
    url: String,
}

pub fn operation() -> Operation {
    Operation::legacy("events.callback_get", "/call_back/get_call_back")
        .get()
        .title("查询订阅事件", "Get event callback")
        .purpose(
            "查询应用当前的 HTTP 回调：地址、订阅的事件，以及明文的 token 和 aes_key。没有回调时返回错误，只用 Stream 接收事件的应用也是如此。",
            "Returns the HTTP callback of the app: its address, its events, and both secrets in plain text. An app without a callback gets an error, also one that receives events by Stream alone.",
        )
        .app_types(APP_TYPES)
        .errors(&[Rule::CallbackMissing])
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, _: Request) -> Result<Response> {
    let (callback, call_back_tag) = subscription::callback(tx, &call.env, call.corp(), &call.app()?.key)?;
    Ok(Response { call_back_tag, token: callback.token, aes_key: callback.aes_key, url: callback.url })
}
