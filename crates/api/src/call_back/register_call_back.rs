//! `events.callback_register`: registers the callback of an app.

use carillon_domain::event::subscription;
use carillon_model::error::{Result, Rule};
use carillon_wire::{Call, Context, Input, Operation};

use super::{Request, declare_registration, set};
use crate::topapi::EmptyResponse;

pub fn operation() -> Operation {
    declare_registration("events.callback_register", "/call_back/register_call_back", Rule::CallbackExists)
        .title("注册回调事件", "Register event callback")
        .purpose(
            "为应用注册接收事件的 HTTP 地址，每个应用只能有一个。保存前会向该地址推送加密的 `check_url`，必须在 2.5 秒（可配置）内返回加密的 success；已有回调时返回错误，请改用“更新事件接口”。订阅某个事件需要相应的权限。",
            "Registers the HTTP address that receives the events of the app; an app has one. The address gets an encrypted `check_url` first and has to respond with the encrypted success, within 2.5 seconds by default. An app that has a callback is refused and uses `events.callback_update`; each event needs one of its permissions.",
        )
        .steps(handle)
}

async fn handle(context: Context, call: Call, input: Input<Request>) -> Result<EmptyResponse> {
    set(context, call, input.fields, subscription::require_none).await
}
