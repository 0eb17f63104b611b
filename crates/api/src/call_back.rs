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
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Third-party apps may have a callback too.
const APP_TYPES: &[AppType] = &[AppType::Internal, AppType::Isv];

/// What a callback can break.
const ERRORS: [Rule; 7] = [
    Rule::UnknownEventName,
    Rule::CallbackAnswerWrong,
    Rule::CallbackIncomplete,
    Rule::CallbackUrlInvalid,
    Rule::CallbackUnreachable,
    Rule::CallbackHostForbidden,
    Rule::AesKeyInvalid,
];

/// What both operations that set a callback declare; each has a rule of its own that it can break.
fn setting(id: &'static str, path: &'static str, breaks: Rule) -> Builder {
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
            "url": "https://example.com/callback",
        }))
}

/// The request of both operations that set a callback.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// Names of events to be told of.
    #[schemars(length(min = 1, max = 100))]
    call_back_tag: Vec<String>,
    /// Signs messages and answers.
    #[schemars(length(min = 6, max = 63))]
    token: String,
    /// Encrypts messages and answers; letters and digits.
    #[schemars(length(min = 43, max = 43))]
    aes_key: String,
    /// The address to send to. It is asked before it is stored.
    #[schemars(length(min = 1, max = 1024))]
    url: String,
}

/// An answer that says nothing besides.
#[derive(Serialize, JsonSchema)]
struct Empty {}

/// Sets the callback that is asked for, if it can be accepted and answers as documented.
async fn set(
    context: Context,
    call: Call,
    request: Request,
    require: fn(&Tx<'_>, &CorpId, &AppKey) -> Result<()>,
) -> Result<Empty> {
    let (corp, app) = (call.corp().clone(), call.app()?.key.clone());
    // Known beforehand, it spares the callback a message.
    context.store.read(call.corp(), move |tx| require(tx, &corp, &app)).await?;
    let new = checked(&context, &call, request).await?;
    context
        .write(call, move |tx, call| {
            require(tx, call.corp(), &call.app()?.key)?;
            // A permission may have gone while the callback was asked.
            if let Some(app) = tx.state().apps.get(&call.app()?.key) {
                event::require_access(app, &new.patterns)?;
            }
            subscription::set(tx, &call.env, call.corp(), &call.app()?.key, new)
        })
        .await?;
    Ok(Empty {})
}

/// What is asked for, if it can be accepted and the callback answers as documented.
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
    subscription::require_good_secrets(&callback)?;
    context.callbacks.check(callback.clone()).await?;
    Ok(NewSubscription { patterns: request.call_back_tag, callback: Some(callback), owner })
}
