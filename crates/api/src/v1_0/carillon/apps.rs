//! `/v1.0/carillon/apps`: apps and their permissions. Not for apps: one could give another more than it has.

pub mod list;
pub mod permissions;

use std::sync::Arc;

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
use serde::Serialize;

use crate::Entry;

pub const OPERATIONS: &[Entry] =
    &[Entry::Operation(list::operation), Entry::Operation(permissions::operation)];

/// An app.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct AppRow {
    /// `appKey`.
    app_key: AppKey,
    /// `agentId`.
    agent_id: i64,
    /// The name.
    name: String,
    /// The type.
    app_type: AppType,
    /// When it was created, in ms.
    create_time: Timestamp,
    /// The permissions, by code.
    permissions: Vec<PermissionRow>,
}

/// A permission of an app.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct PermissionRow {
    /// The code.
    code: String,
    /// The Chinese name; empty if this version does not know the permission.
    name_zh: &'static str,
    /// The English name; empty if this version does not know the permission.
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
