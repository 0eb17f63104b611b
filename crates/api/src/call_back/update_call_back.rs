//! `events.callback_update`: replaces the callback of an app.

use carillon_domain::event::subscription;
use carillon_model::error::{Result, Rule};
use carillon_wire::{Call, Context, Input, Operation, codes};
use serde_json::json;

use super::{APP_TYPES, ERRORS, Empty, Request, bad_fields, checked};

/// The declaration.
pub fn operation() -> Operation {
    let builder = Operation::legacy("events.callback_update", "/call_back/update_call_back")
        .title("更新事件接口", "Update event callback")
        .app_types(APP_TYPES)
        .errors(&[Rule::CallbackMissing])
        .errors(&ERRORS)
        .bad_input(codes::CALLBACK_INCOMPLETE)
        .missing("url", codes::CALLBACK_INCOMPLETE)
        .missing("aes_key", codes::CALLBACK_INCOMPLETE);
    let builder =
        bad_fields().into_iter().fold(builder, |builder, (field, code)| builder.bad_field(field, code));
    builder
        .example(json!({
            "call_back_tag": ["user_add_org", "user_leave_org"],
            "token": "token123",
            "aes_key": "abcdefghijabcdefghijabcdefghijabcdefghij123",
            "url": "https://example.com/callback",
        }))
        .steps(answer)
}

async fn answer(context: Context, call: Call, input: Input<Request>) -> Result<Empty> {
    let (corp, app) = (call.corp().clone(), call.app.key.clone());
    context.store.read(move |tx| subscription::require_one(tx, &corp, &app)).await?;
    let new = checked(&context, &call, input.fields).await?;
    context
        .write(call, move |tx, call| {
            subscription::require_one(tx, call.corp(), &call.app.key)?;
            subscription::set(tx, &call.env, call.corp(), &call.app.key, new)
        })
        .await?;
    Ok(Empty {})
}
