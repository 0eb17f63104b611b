//! `events.callback_delete`: ends the callback of an app.

use carillon_domain::event::subscription;
use carillon_model::error::{Result, Rule};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{APP_TYPES, Empty};

/// The request.
#[derive(Deserialize, JsonSchema)]
struct Request {}

/// The declaration.
pub fn operation() -> Operation {
    Operation::legacy("events.callback_delete", "/call_back/delete_call_back")
        .get()
        .title("删除事件回调接口", "Delete event callback")
        .app_types(APP_TYPES)
        .errors(&[Rule::CallbackMissing])
        .write(answer)
}

fn answer(tx: &mut Tx<'_>, call: &Call, _: Request) -> Result<Empty> {
    subscription::require_one(tx, call.corp(), &call.app()?.key)?;
    subscription::delete(tx, &call.env, call.corp(), &call.app()?.key)?;
    Ok(Empty {})
}
