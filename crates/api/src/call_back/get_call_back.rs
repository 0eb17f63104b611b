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
    /// Names of the events that it receives.
    call_back_tag: Vec<String>,
    /// Signs messages and responses.
    token: String,
    /// Encrypts messages and responses.
    aes_key: String,
    /// The address.
    url: String,
}

pub fn operation() -> Operation {
    Operation::legacy("events.callback_get", "/call_back/get_call_back")
        .get()
        .title("查询订阅事件", "Get event callback")
        .app_types(APP_TYPES)
        .errors(&[Rule::CallbackMissing])
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, _: Request) -> Result<Response> {
    let (callback, call_back_tag) = subscription::callback(tx, &call.env, call.corp(), &call.app()?.key)?;
    Ok(Response { call_back_tag, token: callback.token, aes_key: callback.aes_key, url: callback.url })
}
