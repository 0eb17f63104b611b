//! `carillon.event_subscription_set`: which events an app receives, and how. An operation of Carillon.

use carillon_domain::event::subscription_edit::{self, Receiving, SubscriptionEdit};
use carillon_model::{
    error::{Error, Result, Rule},
    id::AppKey,
    operator::OperatorRole,
};
use carillon_wire::{Call, Caller, Context, Input, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{SubscriptionRow, row};
use crate::v1_0::carillon::{LOCAL, apps};

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The app that receives the events, by its key.
    #[schemars(length(min = 1, max = 128))]
    app_key: AppKey,
    /// Names of events, or patterns with `*` and `{a,b}`; each must match an event.
    #[schemars(length(min = 1, max = 100))]
    events: Vec<Pattern>,
    /// The URL of the callback, which is called before it is stored; absent: Stream. Only owners can set another one for an app
    /// that has permissions.
    #[schemars(length(min = 1, max = 1024))]
    url: Option<String>,
    /// Signs messages and responses. Without it and `aes_key` the callback of this URL stays as it is.
    #[schemars(length(min = 6, max = 63))]
    token: Option<String>,
    /// Encrypts messages and responses; letters and digits.
    #[schemars(length(min = 43, max = 43))]
    aes_key: Option<String>,
}

/// A name or pattern.
#[derive(Deserialize, JsonSchema)]
#[serde(transparent)]
struct Pattern(#[schemars(length(min = 1, max = 64))] String);

pub fn operation() -> Operation {
    Operation::v1("carillon.event_subscription_set", "/v1.0/carillon/event/subscriptions/{app_key}")
        .put()
        .title("设置应用的事件订阅", "Set the event subscription of an app")
        .purpose(
            "设置一个应用接收的事件和接收方式，替换原有订阅。新的回调地址在保存前会收到 `check_url` 验证，必须返回加密的 success。只修改事件时，传入现有地址，不传 `token` 和 `aes_key`；不传地址则改用 Stream 接收。",
            "Replaces which events an app receives and how. A new callback is called with `check_url` first and must answer with the encrypted `success`. To change the events alone, give the present URL without `token` and `aes_key`; without a URL, the app receives them by Stream.",
        )
        .callers(LOCAL)
        .roles(&[OperatorRole::Developer])
        .requires_reauthentication()
        .errors(&[
            Rule::CallbackMissing,
            Rule::CallbackAnswerWrong,
            Rule::CallbackIncomplete,
            Rule::CallbackUrlInvalid,
            Rule::CallbackUnreachable,
            Rule::CallbackHostForbidden,
            Rule::AesKeyInvalid,
        ])
        .example(json!({
            "app_key": "dingappkey0003",
            "events": ["user_*", "org_dept_create"],
            "url": "https://example.com/callback",
            "token": "token123",
            "aes_key": "abcdefghijabcdefghijabcdefghijabcdefghij123",
        }))
        .steps(handle)
}

async fn handle(context: Context, call: Call, input: Input<Request>) -> Result<SubscriptionRow> {
    let Request { app_key, events, url, token, aes_key } = input.fields;
    let receiving = match (url, token, aes_key) {
        (None, None, None) => Receiving::Stream,
        (Some(url), Some(token), Some(aes_key)) => Receiving::Callback { url, token, aes_key },
        (Some(url), None, None) => {
            let (of, key) = (call.clone(), app_key.clone());
            let stored = move |tx: &mut carillon_store::Tx<'_>| {
                let state = tx.state().corp(of.corp())?;
                let app = apps::named(tx, &of, "app_key", Some(&key))?;
                Ok(row(state, &app).and_then(|row| row.url))
            };
            if context.store.read(call.corp(), stored).await? != Some(url) {
                return Err(Error::invalid("token", "is missing: the app has no callback of this URL"));
            }
            Receiving::SameCallback
        }
        (None, ..) => return Err(Error::invalid("url", "is missing: token and aes_key are of a callback")),
        (Some(_), ..) => return Err(Error::invalid("aes_key", "and token go together")),
    };
    let rights = match &call.caller {
        Caller::Operator(operator) => Some(operator.rights.clone()),
        _ => None,
    };
    let (of, key) = (call.clone(), app_key.clone());
    context.store.read(call.corp(), move |tx| apps::named(tx, &of, "app_key", Some(&key)).map(drop)).await?;
    let edit =
        SubscriptionEdit { patterns: events.into_iter().map(|pattern| pattern.0).collect(), receiving };
    subscription_edit::set(
        &context.store,
        &call.env,
        (call.corp(), &app_key),
        rights.as_deref(),
        edit,
        (context.callbacks.as_ref(), call.signature()),
    )
    .await?;
    let of = call.clone();
    let written = move |tx: &mut carillon_store::Tx<'_>| {
        let app = apps::named(tx, &of, "app_key", Some(&app_key))?;
        row(tx.state().corp(of.corp())?, &app).ok_or(Rule::CallbackMissing.into())
    };
    context.store.read(call.corp(), written).await
}
