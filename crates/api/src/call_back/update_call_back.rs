//! `events.callback_update`: replaces the callback of an app.

use carillon_domain::event::subscription;
use carillon_model::error::{Result, Rule};
use carillon_wire::{Call, Context, Input, Operation};

use super::{Empty, Request, set, setting};

/// The declaration.
pub fn operation() -> Operation {
    setting("events.callback_update", "/call_back/update_call_back", Rule::CallbackMissing)
        .title("更新事件接口", "Update event callback")
        .steps(answer)
}

async fn answer(context: Context, call: Call, input: Input<Request>) -> Result<Empty> {
    set(context, call, input.fields, subscription::require_one).await
}
