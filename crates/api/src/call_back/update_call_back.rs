//! `events.callback_update`: replaces the callback of an app.

use carillon_domain::event::subscription;
use carillon_model::error::{Result, Rule};
use carillon_wire::{Call, Context, Input, Operation};

use super::{Request, declare_registration, set};
use crate::topapi::EmptyResponse;

pub fn operation() -> Operation {
    declare_registration("events.callback_update", "/call_back/update_call_back", Rule::CallbackMissing)
        .title("更新事件接口", "Update event callback")
        .purpose(
            "整体替换应用的 HTTP 回调：四个字段都要重新提供，订阅的事件以本次为准。新地址同样要先通过 `check_url` 验证；验证失败时原回调保持不变。等待推送的事件会发往新地址。",
            "Replaces the HTTP callback of the app as a whole: all four fields are needed again, and the events are those of this call. The new address is checked with `check_url` as in the registration, and the old callback stays if it fails. Events that wait are sent to the new address.",
        )
        .steps(handle)
}

async fn handle(context: Context, call: Call, input: Input<Request>) -> Result<EmptyResponse> {
    set(context, call, input.fields, subscription::require_one).await
}
