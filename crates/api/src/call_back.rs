//! `/call_back`: the HTTP callback of an app.

pub mod delete_call_back;
pub mod get_call_back;
pub mod get_call_back_failed_result;
pub mod register_call_back;
pub mod update_call_back;

use carillon_domain::event::{
    self,
    subscription::{self, Callback, NewSubscription},
};
use carillon_model::{
    app::AppType,
    error::{Result, Rule},
    id::{AppKey, CorpId},
};
use carillon_store::{CallbackOwner, Tx};
use carillon_wire::{Call, Context, Operation, codes, operation::Builder};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::Entry;
use crate::topapi::EmptyResponse;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(delete_call_back::operation),
    Entry::Operation(get_call_back::operation),
    Entry::Operation(get_call_back_failed_result::operation),
    Entry::Operation(register_call_back::operation),
    Entry::Operation(update_call_back::operation),
];

/// Third-party apps may have a callback too.
const APP_TYPES: &[AppType] = &[AppType::Internal, AppType::Isv];

/// The rules that a callback can break.
const ERRORS: [Rule; 7] = [
    Rule::UnknownEventName,
    Rule::CallbackAnswerWrong,
    Rule::CallbackIncomplete,
    Rule::CallbackUrlInvalid,
    Rule::CallbackUnreachable,
    Rule::CallbackHostForbidden,
    Rule::AesKeyInvalid,
];

/// Declares an operation that sets a callback. `breaks` is the rule that only this one can break.
fn declare_registration(id: &'static str, path: &'static str, breaks: Rule) -> Builder {
    Operation::legacy(id, path)
        .app_types(APP_TYPES)
        .registers_events()
        .errors(&[breaks])
        .errors(&ERRORS)
        .bad_input(codes::CALLBACK_INCOMPLETE)
        .missing("url", codes::CALLBACK_INCOMPLETE)
        .missing("aes_key", codes::CALLBACK_INCOMPLETE)
        .bad_field("url", codes::of(Rule::CallbackUrlInvalid))
        .bad_field("aes_key", codes::of(Rule::AesKeyInvalid))
        .example(json!({
            "call_back_tag": ["user_add_org", "user_leave_org"],
            "token": "token123",
            "aes_key": "abcdefghijabcdefghijabcdefghijabcdefghij123",
            "url": "https://example.com/callback?source=staff%20list&version=1",
        }))
}

/// The request of both operations that set a callback.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// Names of the events to receive, such as `user_add_org`. Documented names that Carillon never raises are accepted.
    #[schemars(length(min = 1, max = 100))]
    call_back_tag: Vec<String>,
    /// The signing token: the callback and the server sign messages and responses with it.
    #[schemars(length(min = 6, max = 63))]
    token: String,
    /// The key that encrypts messages and responses: 32 bytes in base64 without the padding, of letters and digits alone.
    #[schemars(length(min = 43, max = 43))]
    aes_key: String,
    /// The address to send to, http or https. It is called with `check_url` before it is stored.
    #[schemars(length(min = 1, max = 1024))]
    url: String,
}

/// Sets the requested callback if it is valid and responds as documented.
async fn set(
    context: Context,
    call: Call,
    request: Request,
    require: fn(&Tx<'_>, &CorpId, &AppKey) -> Result<()>,
) -> Result<EmptyResponse> {
    let (corp, app) = (call.corp().clone(), call.app()?.key.clone());
    // Checked early, so that a request that will be refused does not call the callback.
    context.store.read(call.corp(), move |tx| require(tx, &corp, &app)).await?;
    let new = checked(&context, &call, request).await?;
    context
        .write(call, move |tx, call| {
            require(tx, call.corp(), &call.app()?.key)?;
            // The permission may have been revoked while the callback was called.
            if let Some(app) = tx.state().apps.get(&call.app()?.key) {
                event::require_access(app, &new.patterns)?;
            }
            subscription::set(tx, &call.env, call.corp(), &call.app()?.key, new)
        })
        .await?;
    Ok(EmptyResponse {})
}

/// Returns the requested subscription if it is valid and the callback responds as documented.
async fn checked(context: &Context, call: &Call, request: Request) -> Result<NewSubscription> {
    subscription::require_documented(&request.call_back_tag)?;
    event::require_access(call.app()?, &request.call_back_tag)?;
    let owner = CallbackOwner::Corp;
    let callback = Callback {
        url: request.url,
        token: request.token,
        aes_key: request.aes_key,
        owner_key: subscription::owner_key(owner, call.corp(), &call.app()?.key),
    };
    subscription::check_secrets(&callback)?;
    context.callbacks.check(callback.clone()).await?;
    Ok(NewSubscription { patterns: request.call_back_tag, callback: Some(callback), owner })
}
