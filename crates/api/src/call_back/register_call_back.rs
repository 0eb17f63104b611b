//! `events.callback_register`: registers the callback of an app.

use carillon_domain::event::subscription;
use carillon_model::error::{Result, Rule};
use carillon_wire::{Call, Context, Input, Operation};

use super::{Request, declare_registration, set};
use crate::topapi::EmptyResponse;

pub fn operation() -> Operation {
    declare_registration("events.callback_register", "/call_back/register_call_back", Rule::CallbackExists)
        .title("注册回调事件", "Register event callback")
        .steps(handle)
}

async fn handle(context: Context, call: Call, input: Input<Request>) -> Result<EmptyResponse> {
    set(context, call, input.fields, subscription::require_none).await
}
