//! `events.callback_delete`: ends the callback of an app.

use carillon_domain::event::subscription;
use carillon_model::error::{Result, Rule};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;

use super::APP_TYPES;
use crate::topapi::EmptyResponse;

#[derive(Deserialize, JsonSchema)]
struct Request {}

pub fn operation() -> Operation {
    Operation::legacy("events.callback_delete", "/call_back/delete_call_back")
        .get()
        .title("删除事件回调接口", "Delete event callback")
        .purpose(
            "删除应用的 HTTP 回调，连同它订阅的事件。尚未推送成功的事件不再推送；如果应用的 Stream 客户端也在接收事件，则改由 Stream 连接推送。没有回调时返回错误。",
            "Removes the HTTP callback of the app together with its list of events. Events that still wait are given up, unless Stream clients of the app receive them. An app without a callback gets an error.",
        )
        .app_types(APP_TYPES)
        .errors(&[Rule::CallbackMissing])
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, _: Request) -> Result<EmptyResponse> {
    subscription::require_one(tx, call.corp(), &call.app()?.key)?;
    subscription::delete(tx, &call.env, call.corp(), &call.app()?.key)?;
    Ok(EmptyResponse {})
}
