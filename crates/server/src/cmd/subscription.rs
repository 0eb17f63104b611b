//! `carillon subscription`: which events apps are told, and how.

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

use super::{known_app, write};

/// What to do.
#[derive(Subcommand, Serialize, Deserialize)]
pub enum Action {
    /// Lists subscriptions.
    List,
    /// Sets the subscription of an app, in place of the one before: by Stream, or by HTTP callback when an address is given.
    Set {
        /// The app.
        app_key: String,
        /// Names of events, or patterns with `*` and `{a,b}`, such as `user_*,org_dept_{create,remove}`.
        #[arg(long, value_delimiter = ' ', num_args = 1.., default_value = "*")]
        events: Vec<String>,
        /// The address of an HTTP callback. It is asked before it is stored.
        #[arg(long, requires = "token", requires = "aes_key")]
        url: Option<String>,
        /// Signs messages to the callback and its answers: 6 to 63 characters.
        #[arg(long, requires = "url")]
        token: Option<String>,
        /// Encrypts messages to the callback and its answers: 43 letters and digits.
        #[arg(long, requires = "url")]
        aes_key: Option<String>,
    },
    /// Ends a subscription. Events that were not delivered yet are dropped.
    Delete {
        /// The app.
        app_key: String,
    },
}

/// Does it; the answer is JSON.
pub fn answer(store: &Store, env: &Env, action: Action) -> Result<Value> {
    match action {
        Action::List => {
            let state = store.state();
            let all = state.corps.values().flat_map(|of_corp| {
                let subscriptions = of_corp.subscriptions.values();
                subscriptions.map(|subscription| describe(&state, &of_corp.corp.id, subscription))
            });
            Ok(all.collect::<Vec<Value>>().into())
        }
        Action::Set { app_key, events, url, token, aes_key } => {
            let (corp, app) = known_app(store, &app_key)?;
            subscription::require_patterns(&events)?;
            let owner = CallbackOwner::App;
            let callback = match (url, token, aes_key) {
                (Some(url), Some(token), Some(aes_key)) => {
                    let owner_key = subscription::owner_key(owner, &corp, &app);
                    Some(Callback { url, token, aes_key, owner_key })
                }
                _ => None,
            };
            if let Some(callback) = &callback {
                subscription::require_good_secrets(callback)?;
                ask(env, callback.clone())?;
            }
            let new = NewSubscription { patterns: events, callback, owner };
            let of = corp.clone();
            write(store, env, &corp, "subscription set", move |tx, env| {
                subscription::set(tx, env, &of, &app, new)?;
                let set = tx.state().corp(&of)?.subscriptions.get(&app);
                set.map(|set| describe(tx.state(), &of, set))
                    .ok_or_else(|| Error::internal("nothing was set"))
            })
        }
        Action::Delete { app_key } => {
            let (corp, app) = known_app(store, &app_key)?;
            let of = corp.clone();
            write(store, env, &corp, "subscription delete", move |tx, env| {
                subscription::delete(tx, env, &of, &app)
            })?;
            Ok(json!({ "app_key": app_key }))
        }
    }
}

/// Asks the callback on this thread: the command line has nothing else to do meanwhile.
fn ask(env: &Env, callback: Callback) -> Result<()> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::internal)?;
    runtime.block_on(async { Callbacks::new(env)?.check(callback).await })
}

/// A subscription with the events that match it and that the app does not receive until it has their permission.
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
    let mut described = json!({
        "corp_id": corp,
        "app_key": subscription.app,
        "events": subscription.patterns,
        "push": "stream",
    });
    if !withheld.is_empty() {
        described["withheld"] = withheld.into();
    }
    if let Push::Http { url, .. } = &subscription.push {
        described["push"] = "http".into();
        described["url"] = url.as_str().into();
    }
    described
}
