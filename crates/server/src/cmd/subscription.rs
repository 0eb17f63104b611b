//! `carillon subscription`: manages the events that apps receive, and how.

use carillon_delivery::Callbacks;
use carillon_domain::event::{
    self,
    subscription::{self, Callback, CallbackCheck, NewSubscription},
};
use carillon_model::{
    env::Env,
    error::{Error, Result},
    id::CorpId,
};
use carillon_store::{CallbackOwner, Push, State, Store, Subscription};
use clap::Subcommand;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{find_app, write};

/// The subcommands.
#[derive(Subcommand, Serialize, Deserialize)]
pub enum Action {
    /// Lists subscriptions.
    List,
    /// Sets or replaces the subscription of an app: by HTTP callback if --url is given, else by Stream.
    Set {
        /// The key of the app.
        app_key: String,
        /// Names of events, or patterns with `*` and `{a,b}`, such as `user_*,org_dept_{create,remove}`.
        #[arg(long, value_delimiter = ' ', num_args = 1.., default_value = "*")]
        events: Vec<String>,
        /// The URL of an HTTP callback. The server checks that it responds before storing it.
        #[arg(long, requires = "token", requires = "aes_key")]
        url: Option<String>,
        /// Signs the messages to the callback and its responses: 6 to 63 characters.
        #[arg(long, requires = "url")]
        token: Option<String>,
        /// Encrypts the messages to the callback and its responses: 43 letters and digits.
        #[arg(long, requires = "url")]
        aes_key: Option<String>,
    },
    /// Deletes a subscription. Undelivered events are dropped.
    Delete {
        /// The key of the app.
        app_key: String,
    },
}

/// Executes the command. The output is JSON.
pub fn execute(store: &Store, env: &Env, action: Action) -> Result<Value> {
    match action {
        Action::List => {
            let state = store.state();
            let all = state.corps.values().flat_map(|corp_state| {
                let subscriptions = corp_state.subscriptions.values();
                subscriptions.map(|subscription| describe(&state, &corp_state.corp.id, subscription))
            });
            Ok(all.collect::<Vec<Value>>().into())
        }
        Action::Set { app_key, events, url, token, aes_key } => {
            let (corp, app) = find_app(store, &app_key)?;
            subscription::require_patterns(&events).map_err(name_flag)?;
            let owner = CallbackOwner::App;
            let callback = match (url, token, aes_key) {
                (Some(url), Some(token), Some(aes_key)) => {
                    let owner_key = subscription::owner_key(owner, &corp, &app);
                    Some(Callback { url, token, aes_key, owner_key })
                }
                _ => None,
            };
            if let Some(callback) = &callback {
                subscription::check_secrets(callback)?;
                check_callback(env, callback.clone())?;
            }
            let new = NewSubscription { patterns: events, callback, owner };
            let corp_id = corp.clone();
            write(store, env, &corp, "subscription set", move |tx, env| {
                subscription::set(tx, env, &corp_id, &app, new)?;
                let set = tx.state().corp(&corp_id)?.subscriptions.get(&app);
                set.map(|set| describe(tx.state(), &corp_id, set))
                    .ok_or_else(|| Error::internal("nothing was set"))
            })
        }
        Action::Delete { app_key } => {
            let (corp, app) = find_app(store, &app_key)?;
            let corp_id = corp.clone();
            write(store, env, &corp, "subscription delete", move |tx, env| {
                subscription::delete(tx, env, &corp_id, &app)
            })?;
            Ok(json!({ "app_key": app_key }))
        }
    }
}

/// The field of an error has the name of the flag that sets it.
fn name_flag(error: Error) -> Error {
    match error {
        Error::Invalid { field, reason } => Error::invalid(format!("--{field}"), reason),
        error => error,
    }
}

/// Checks a callback on this thread, which has nothing else to do.
fn check_callback(env: &Env, callback: Callback) -> Result<()> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::internal)?;
    runtime.block_on(async { Callbacks::new(env)?.check(callback).await })
}

/// Describes a subscription, including matching events that the app has no permission for.
fn describe(state: &State, corp: &CorpId, subscription: &Subscription) -> Value {
    let app = state.apps.get(&subscription.app);
    let withheld = app.map(|app| event::kinds_withheld(app, &subscription.patterns)).unwrap_or_default();
    let withheld: Vec<Value> = withheld
        .into_iter()
        .map(|kind| {
            let access = kind.access();
            json!({ "event": kind.as_str(), "permissions": access.permissions, "app_types": access.app_types })
        })
        .collect();
    let mut description = json!({
        "corp_id": corp,
        "app_key": subscription.app,
        "events": subscription.patterns,
        "push": "stream",
    });
    if !withheld.is_empty() {
        description["withheld"] = withheld.into();
    }
    if let Push::Http { url, .. } = &subscription.push {
        description["push"] = "http".into();
        description["url"] = url.as_str().into();
    }
    description
}
