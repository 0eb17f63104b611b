//! `/v1.0/carillon/apps`: apps and their permissions. Not for apps: one could give another more than it has.

pub mod create;
pub mod list;
pub mod permissions;
pub mod secret;
pub mod set;

use std::{collections::BTreeSet, sync::Arc};

use carillon_domain::app;
use carillon_model::{
    app::AppType,
    error::{Error, Result},
    id::AppKey,
    permission::Permission,
    time::Timestamp,
};
use carillon_store::{App, Tx};
use carillon_wire::{Call, Caller};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(list::operation),
    Entry::Operation(create::operation),
    Entry::Operation(set::operation),
    Entry::Operation(permissions::operation),
    Entry::Operation(secret::operation),
];

/// An app.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct AppRow {
    /// The key of the app (`appKey`, Client ID), made when the app is created.
    app_key: AppKey,
    /// The number of the app in the organisation (`agentId`), assigned when the app is created.
    agent_id: i64,
    /// The name of the app, as the console shows it.
    name: String,
    /// The type of the app, which decides what it may call; chosen when the app is created.
    app_type: AppType,
    /// When the app was created, in ms since 1970.
    create_time: Timestamp,
    /// Whether the app is disabled: it gets no token and no event.
    disabled: bool,
    /// The permissions of the app, sorted by code; empty for none.
    permissions: Vec<PermissionRow>,
}

/// An app with its new secret.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct AppSecret {
    /// The key of the app (`appKey`, Client ID), made when the app is created.
    app_key: AppKey,
    /// The new secret (Client Secret), with which the app gets its token. It is not shown again.
    app_secret: String,
    /// The number of the app in the organisation (`agentId`), assigned when the app is created.
    agent_id: i64,
}

impl AppSecret {
    fn of(app: &App, secret: String) -> Self {
        Self { app_key: app.key.clone(), app_secret: secret, agent_id: app.agent_id }
    }
}

/// The code of a permission.
#[derive(Deserialize, JsonSchema)]
#[serde(transparent)]
struct PermissionCode(#[schemars(length(min = 1, max = 128))] String);

fn codes_of(permissions: Option<Vec<PermissionCode>>) -> BTreeSet<String> {
    permissions.unwrap_or_default().into_iter().map(|code| code.0).collect()
}

/// Refuses an operator what gives somebody the use of an app's permissions.
fn require_rights_of(call: &Call, app: &App) -> Result<()> {
    match &call.caller {
        Caller::Operator(operator) => app::require_rights_of(&operator.rights, app),
        _ => Ok(()),
    }
}

/// Refuses an operator permissions for an app that it does not have.
fn require_grantable(call: &Call, held: &BTreeSet<String>, permissions: &BTreeSet<String>) -> Result<()> {
    match &call.caller {
        Caller::Operator(operator) => app::require_grantable(&operator.rights, held, permissions),
        _ => Ok(()),
    }
}

/// A permission of an app.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct PermissionRow {
    /// The code of the permission, such as `qyapi_get_member`.
    code: String,
    /// The Chinese name of the permission; empty if this version does not know it.
    name_zh: &'static str,
    /// The English name of the permission; empty if this version does not know it.
    name_en: &'static str,
}

impl AppRow {
    fn of(app: &App) -> Self {
        let permission = |code: &String| {
            let known = Permission::ALL.iter().find(|permission| permission.code == code);
            PermissionRow {
                code: code.clone(),
                name_zh: known.map_or("", |known| known.name_zh),
                name_en: known.map_or("", |known| known.name_en),
            }
        };
        Self {
            app_key: app.key.clone(),
            agent_id: app.agent_id,
            name: app.name.clone(),
            app_type: app.app_type,
            create_time: app.created_at,
            disabled: app.disabled,
            permissions: app.grants.iter().map(permission).collect(),
        }
    }
}

/// Returns the app that a request is about: the calling app, or the one that another caller names.
pub(super) fn named(tx: &Tx<'_>, call: &Call, field: &'static str, key: Option<&AppKey>) -> Result<Arc<App>> {
    match (&call.caller, key) {
        (Caller::App(app), None) => Ok(Arc::clone(app)),
        (Caller::App(app), Some(key)) if app.key == *key => Ok(Arc::clone(app)),
        (Caller::App(_), Some(_)) => Err(Error::invalid(field, "must be the calling app")),
        (_, None) => Err(Error::invalid(field, "is missing: only apps may leave it out")),
        (_, Some(key)) => {
            let app = tx.state().apps.get(key).filter(|app| app.corp == *call.corp());
            app.cloned().ok_or_else(|| Error::invalid(field, "is no app of the organisation"))
        }
    }
}
