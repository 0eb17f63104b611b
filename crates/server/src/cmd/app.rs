//! `carillon app`: manages apps, their permissions and secrets.

use carillon_domain::app::{self, AppEdit, NewApp};
use carillon_model::{
    app::{AppType, field_permission},
    env::Env,
    error::{Error, Result},
    event::EventKind,
    permission::Permission,
};
use carillon_store::{App, Store};
use clap::{Subcommand, builder::PossibleValuesParser};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{find_app, find_corp, print_text, write};

/// Stands for the codes of all permissions.
const ALL: &str = "all";

/// The subcommands.
#[derive(Subcommand, Serialize, Deserialize)]
pub enum Action {
    /// Creates an app and prints its secret, which is not shown again.
    Create {
        /// The organisation: its short name or id.
        #[arg(long)]
        corp: String,
        /// The name.
        #[arg(long)]
        name: String,
        /// The type.
        #[arg(long, default_value = "internal", value_parser = PossibleValuesParser::new(["internal", "isv", "personal"]))]
        r#type: String,
        /// Codes of the permissions to grant, or `all`; `carillon app permissions` lists them.
        #[arg(long, value_delimiter = ',')]
        grant: Vec<String>,
    },
    /// Lists apps.
    List,
    /// Lists all permissions: codes, names, and the operations and events that they open.
    Permissions,
    /// Grants permissions to an app.
    Grant {
        /// The key of the app.
        app_key: String,
        /// Codes of permissions, or `all`; `carillon app permissions` lists them.
        #[arg(required = true, value_delimiter = ',')]
        permissions: Vec<String>,
    },
    /// Revokes permissions of an app.
    Revoke {
        /// The key of the app.
        app_key: String,
        /// Codes of permissions, or `all`.
        #[arg(required = true, value_delimiter = ',')]
        permissions: Vec<String>,
    },
    /// Renames an app.
    Rename {
        /// The key of the app.
        app_key: String,
        /// The new name.
        #[arg(long)]
        name: String,
    },
    /// Disables an app: its token, Stream connections and reply URLs end at once, and it gets no event.
    Disable {
        /// The key of the app.
        app_key: String,
    },
    /// Enables a disabled app.
    Enable {
        /// The key of the app.
        app_key: String,
    },
    /// Replaces the secret of an app. The old secret, its token and its Stream connections end at once.
    ResetSecret {
        /// The key of the app.
        app_key: String,
    },
}

/// Executes the command. The output is JSON.
pub fn execute(store: &Store, env: &Env, action: Action) -> Result<Value> {
    Ok(match action {
        Action::Create { corp, name, r#type, grant } => {
            let corp = find_corp(store, corp)?;
            let app_type =
                AppType::parse(&r#type).ok_or_else(|| Error::invalid("--type", "is not a type of app"))?;
            let new = NewApp { name, app_type, grants: expand_codes(grant).into_iter().collect() };
            let corp_id = corp.clone();
            let created =
                write(store, env, &corp, "app create", move |tx, env| app::create(tx, env, &corp_id, new));
            let (app, secret) = created?;
            let mut described = describe(&app);
            described["app_secret"] = secret.into();
            described
        }
        Action::List => store.state().apps.values().map(|app| describe(app)).collect::<Vec<Value>>().into(),
        Action::Permissions => permissions(),
        Action::Grant { app_key, permissions } => {
            let (corp, key) = find_app(store, &app_key)?;
            let permissions = expand_codes(permissions);
            describe(&write(store, env, &corp, "app grant", move |tx, env| {
                app::grant(tx, env, &key, &permissions)
            })?)
        }
        Action::Revoke { app_key, permissions } => {
            let (corp, key) = find_app(store, &app_key)?;
            let permissions = if permissions.iter().any(|code| code == ALL) {
                // Includes permissions that this version does not know.
                store
                    .state()
                    .apps
                    .get(&key)
                    .map(|app| app.grants.iter().cloned().collect())
                    .unwrap_or_default()
            } else {
                permissions
            };
            describe(&write(store, env, &corp, "app revoke", move |tx, env| {
                app::revoke(tx, env, &key, &permissions)
            })?)
        }
        Action::Rename { app_key, name } => {
            let edit = AppEdit { name: Some(name), disabled: None };
            set(store, env, &app_key, "app rename", edit)?
        }
        Action::Disable { app_key } => {
            let edit = AppEdit { name: None, disabled: Some(true) };
            set(store, env, &app_key, "app disable", edit)?
        }
        Action::Enable { app_key } => {
            let edit = AppEdit { name: None, disabled: Some(false) };
            set(store, env, &app_key, "app enable", edit)?
        }
        Action::ResetSecret { app_key } => {
            let (corp, key) = find_app(store, &app_key)?;
            let secret = write(store, env, &corp, "app reset-secret", move |tx, env| {
                app::reset_secret(tx, env, &key)
            })?;
            json!({ "app_key": app_key, "app_secret": secret })
        }
    })
}

fn set(store: &Store, env: &Env, app_key: &str, command: &'static str, edit: AppEdit) -> Result<Value> {
    let (corp, key) = find_app(store, app_key)?;
    Ok(describe(&write(store, env, &corp, command, move |tx, env| app::set(tx, env, &key, edit))?))
}

/// Replaces `all` by the codes of all permissions. Codes beside it stay, so that a mistyped one is refused.
fn expand_codes(named: Vec<String>) -> Vec<String> {
    let includes_all = named.iter().any(|code| code == ALL);
    let all = Permission::codes().filter(|_| includes_all).map(str::to_owned);
    named.into_iter().filter(|code| code != ALL).chain(all).collect()
}

/// Prints all permissions. No data folder is needed.
pub fn print_permissions(json: bool) {
    let permissions = permissions();
    if json {
        return print_text(&format!("{permissions:#}\n"));
    }
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut lines = String::new();
    for permission in permissions.as_array().into_iter().flatten() {
        let [code, zh, en] = ["code", "name_zh", "name_en"].map(|name| text(&permission[name]));
        lines.push_str(&format!("{code}  {zh}  {en}\n"));
        for operation in permission["operations"].as_array().into_iter().flatten() {
            lines.push_str(&format!("    {:<6} {}\n", text(&operation["method"]), text(&operation["path"])));
        }
        for event in permission["events"].as_array().into_iter().flatten() {
            lines.push_str(&format!("    event  {}\n", text(event)));
        }
        for field in permission["fields"].as_array().into_iter().flatten() {
            lines.push_str(&format!("    field  {}\n", text(field)));
        }
    }
    print_text(&lines);
}

/// Returns all permissions with what they open.
fn permissions() -> Value {
    let operations = carillon_api::operations();
    let describe = |permission: &Permission| {
        let code = permission.code;
        let opened: Vec<Value> = operations
            .iter()
            .filter(|operation| operation.permission == Some(code))
            .map(|operation| {
                json!({ "id": operation.id, "method": operation.method.as_str(), "path": operation.path })
            })
            .collect();
        let events = EventKind::ALL.into_iter().filter(|kind| kind.access().permissions.contains(&code));
        json!({
            "code": code,
            "name_zh": permission.name_zh,
            "name_en": permission.name_en,
            "operations": opened,
            "events": events.map(EventKind::as_str).collect::<Vec<_>>(),
            "fields": field_permission::fields(code),
        })
    };
    Permission::ALL.iter().map(describe).collect::<Vec<_>>().into()
}

fn describe(app: &App) -> Value {
    json!({
        "corp_id": app.corp,
        "name": app.name,
        "type": app.app_type,
        "app_key": app.key,
        "agent_id": app.agent_id,
        "disabled": app.disabled,
        "grants": app.grants,
    })
}
