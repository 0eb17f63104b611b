//! `events.callback_register`: registers the callback of an app.

use carillon_domain::event::subscription;
use carillon_model::error::{Result, Rule};
use carillon_wire::{Call, Context, Input, Operation};

use super::{Empty, Request, set, setting};

/// The declaration.
pub fn operation() -> Operation {
    setting("events.callback_register", "/call_back/register_call_back", Rule::CallbackExists)
        .title("注册回调事件", "Register event callback")
        .steps(answer)
}

async fn answer(context: Context, call: Call, input: Input<Request>) -> Result<Empty> {
    set(context, call, input.fields, subscription::require_none).await
}
