//! Subscriptions as operators and the command line edit them.

use std::sync::Arc;

use carillon_model::{
    audit::Signature,
    env::Env,
    error::{Error, Result, Rule},
    id::{AppKey, CorpId},
    operator::OperatorRights,
};
use carillon_store::{CallbackOwner, Push, Store, Tx};

use super::subscription::{self, Callback, CallbackCheck, NewSubscription};
use crate::app;

/// How an app receives its events.
#[derive(Clone)]
pub enum Receiving {
    /// By Stream connections.
    Stream,
    /// By the callback that it has.
    SameCallback,
    /// By another callback.
    Callback {
        /// The URL.
        url: String,
        /// The token that signs.
        token: String,
        /// The key that encrypts.
        aes_key: String,
    },
}

/// A subscription to set.
#[derive(Clone)]
pub struct SubscriptionEdit {
    /// Names of events, or patterns of names.
    pub patterns: Vec<String>,
    /// How the app receives them.
    pub receiving: Receiving,
}

/// Sets the subscription of an app. A new callback is called before it is stored. `rights` are those of an operator; `None` for the
/// command line.
///
/// # Errors
/// [`Rule::RoleDenied`] for a new callback of an app that has permissions, unless an owner sets it: who has the URL reads its events.
/// Those of the callback.
pub async fn set(
    store: &Arc<Store>,
    env: &Env,
    (corp, app): (&CorpId, &AppKey),
    rights: Option<&OperatorRights>,
    edit: SubscriptionEdit,
    (check, signature): (&dyn CallbackCheck, Signature),
) -> Result<()> {
    subscription::require_patterns(&edit.patterns)?;
    let callback = match edit.receiving.clone() {
        Receiving::Callback { url, token, aes_key } => {
            let owner_key = subscription::owner_key(CallbackOwner::App, corp, app);
            let callback = Callback { url, token, aes_key, owner_key };
            subscription::check_secrets(&callback)?;
            // Checked early, so that a request that will be refused does not call the callback.
            let (of, rights) = (app.clone(), rights.cloned());
            store.read(corp, move |tx| require_rights(tx, &of, rights.as_ref())).await?;
            check.check(callback.clone()).await?;
            Some(callback)
        }
        Receiving::Stream | Receiving::SameCallback => None,
    };
    let (env, corp_id, app, rights) = (env.clone(), corp.clone(), app.clone(), rights.cloned());
    let write = move |tx: &mut Tx<'_>| {
        let new = match (callback, &edit.receiving) {
            (Some(callback), _) => {
                // A permission may have been granted while the callback was called.
                require_rights(tx, &app, rights.as_ref())?;
                NewSubscription {
                    patterns: edit.patterns,
                    callback: Some(callback),
                    owner: CallbackOwner::App,
                }
            }
            (None, Receiving::SameCallback) => {
                let (callback, _) = subscription::callback(tx, &env, &corp_id, &app)?;
                let owner = match tx.state().corp(&corp_id)?.subscriptions.get(&app).map(|one| &one.push) {
                    Some(Push::Http { owner, .. }) => *owner,
                    _ => return Err(Rule::CallbackMissing.into()),
                };
                NewSubscription { patterns: edit.patterns, callback: Some(callback), owner }
            }
            (None, _) => {
                NewSubscription { patterns: edit.patterns, callback: None, owner: CallbackOwner::App }
            }
        };
        subscription::set(tx, &env, &corp_id, &app, new)
    };
    store.write(corp, signature, write).await
}

fn require_rights(tx: &Tx<'_>, app: &AppKey, rights: Option<&OperatorRights>) -> Result<()> {
    let Some(rights) = rights else { return Ok(()) };
    let found = tx.state().apps.get(app).ok_or_else(|| Error::internal("the app does not exist"))?;
    app::require_rights_of(rights, found)
}
