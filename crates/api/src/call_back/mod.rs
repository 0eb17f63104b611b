//! `/call_back`: the HTTP callback of an app.

pub mod delete_call_back;
pub mod get_call_back;
pub mod get_call_back_failed_result;
pub mod register_call_back;
pub mod update_call_back;

use carillon_domain::event::subscription::{self, Callback, NewSubscription};
use carillon_model::{
    app::AppType,
    error::{Result, Rule},
};
use carillon_store::CallbackOwner;
use carillon_wire::{Call, Code, Context, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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

/// Codes of fields that are there and cannot be accepted, when it is not 71010.
fn bad_fields() -> [(&'static str, Code); 2] {
    [("url", codes::of(Rule::CallbackUrlInvalid)), ("aes_key", codes::of(Rule::AesKeyInvalid))]
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

/// What is asked for, if it can be accepted and the callback answers as documented.
async fn checked(context: &Context, call: &Call, request: Request) -> Result<NewSubscription> {
    subscription::require_documented(&request.call_back_tag)?;
    let owner = CallbackOwner::Corp;
    let callback = Callback {
        url: request.url,
        token: request.token,
        aes_key: request.aes_key,
        owner_key: subscription::owner_key(owner, call.corp(), &call.app.key),
    };
    subscription::require_good_secrets(&callback)?;
    context.callbacks.check(callback.clone()).await?;
    Ok(NewSubscription { patterns: request.call_back_tag, callback: Some(callback), owner })
}
