//! `carillon app`: apps, their permissions and secrets.

use carillon_domain::app::{self, NewApp};
use carillon_model::{
    app::AppType,
    env::Env,
    error::{Error, Result},
};
use carillon_store::{App, Store};
use clap::{Subcommand, builder::PossibleValuesParser};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{known_app, known_corp, write};

/// What to do.
#[derive(Subcommand, Serialize, Deserialize)]
pub enum Action {
    /// Creates an app; its secret is shown now and never again.
    Create {
        /// The organisation that it works for.
        #[arg(long)]
        corp: String,
        /// Its name.
        #[arg(long)]
        name: String,
        /// Its type.
        #[arg(long, default_value = "internal", value_parser = PossibleValuesParser::new(["internal", "isv", "personal"]))]
        r#type: String,
        /// Permissions that it gets, such as `qyapi_service_account_manage`.
        #[arg(long, value_delimiter = ',')]
        grant: Vec<String>,
    },
    /// Lists apps.
    List,
    /// Adds permissions to an app.
    Grant {
        /// The app.
        app_key: String,
        /// Codes of permissions.
        #[arg(required = true)]
        permissions: Vec<String>,
    },
    /// Takes permissions from an app.
    Revoke {
        /// The app.
        app_key: String,
        /// Codes of permissions.
        #[arg(required = true)]
        permissions: Vec<String>,
    },
    /// Gives an app another secret; the one before, its token and its Stream connections end at once.
    ResetSecret {
        /// The app.
        app_key: String,
    },
}

/// Does it; the answer is JSON.
pub fn answer(store: &Store, env: &Env, action: Action) -> Result<Value> {
    Ok(match action {
        Action::Create { corp, name, r#type, grant } => {
            let corp = known_corp(store, corp)?;
            let app_type =
                AppType::parse(&r#type).ok_or_else(|| Error::invalid("--type", "is no type of app"))?;
            let new = NewApp { name, app_type, grants: grant.into_iter().collect() };
            let of = corp.clone();
            let created =
                write(store, env, &corp, "app create", move |tx, env| app::create(tx, env, &of, new));
            let (app, secret) = created?;
            let mut described = describe(&app);
            described["app_secret"] = secret.into();
            described
        }
        Action::List => store.state().apps.values().map(|app| describe(app)).collect::<Vec<Value>>().into(),
        Action::Grant { app_key, permissions } => {
            let (corp, key) = known_app(store, &app_key)?;
            describe(&write(store, env, &corp, "app grant", move |tx, env| {
                app::grant(tx, env, &key, &permissions)
            })?)
        }
        Action::Revoke { app_key, permissions } => {
            let (corp, key) = known_app(store, &app_key)?;
            describe(&write(store, env, &corp, "app revoke", move |tx, env| {
                app::revoke(tx, env, &key, &permissions)
            })?)
        }
        Action::ResetSecret { app_key } => {
            let (corp, key) = known_app(store, &app_key)?;
            let secret = write(store, env, &corp, "app reset-secret", move |tx, env| {
                app::reset_secret(tx, env, &key)
            })?;
            json!({ "app_key": app_key, "app_secret": secret })
        }
    })
}

fn describe(app: &App) -> Value {
    json!({
        "corp_id": app.corp,
        "name": app.name,
        "type": app.app_type,
        "app_key": app.key,
        "agent_id": app.agent_id,
        "grants": app.grants,
    })
}
