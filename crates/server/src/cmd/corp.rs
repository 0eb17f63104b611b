//! `carillon corp`: organisations.

use carillon_domain::corp;
use carillon_model::{env::Env, error::Result};
use carillon_store::{Store, Tx};
use clap::Subcommand;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{parse, signature};

/// What to do.
#[derive(Subcommand, Serialize, Deserialize)]
pub enum Action {
    /// Creates an organisation.
    Create {
        /// Its name.
        #[arg(long, value_parser = parse::corp_name)]
        name: String,
        /// Its time zone: days begin and end in it.
        #[arg(long, default_value = corp::DEFAULT_TIME_ZONE, value_parser = parse::time_zone)]
        time_zone: String,
    },
    /// Lists organisations.
    List,
}

/// Does it; the answer is JSON.
pub fn answer(store: &Store, env: &Env, action: Action) -> Result<Value> {
    Ok(match action {
        Action::Create { name, time_zone } => {
            let create = move |tx: &mut Tx<'_>, env: &Env| corp::create(tx, env, &name, &time_zone, false);
            let at = env.clone();
            let created =
                store.write_registry_blocking(signature(env, "corp create"), move |tx| create(tx, &at))?;
            json!({ "corp_id": created.id, "name": created.name, "time_zone": created.time_zone })
        }
        Action::List => store
            .state()
            .corps
            .values()
            .map(|state| json!({ "corp_id": state.corp.id, "name": state.corp.name, "time_zone": state.corp.time_zone }))
            .collect::<Vec<Value>>()
            .into(),
    })
}
