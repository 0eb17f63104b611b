//! `carillon corp`: organisations.

use std::path::Path;

use anyhow::Result;
use carillon_domain::corp;
use clap::Subcommand;
use serde_json::{Value, json};

use super::{open, told};

/// What to do.
#[derive(Subcommand)]
pub enum Action {
    /// Creates an organisation.
    Create {
        /// Its name.
        #[arg(long)]
        name: String,
        /// Its time zone: days begin and end in it.
        #[arg(long, default_value = corp::DEFAULT_TIME_ZONE)]
        time_zone: String,
    },
    /// Lists organisations.
    List,
}

/// Does it; answers in JSON.
pub fn run(data: &Path, action: Action) -> Result<()> {
    let (store, env) = open(data)?;
    let answer = match action {
        Action::Create { name, time_zone } => {
            let created = store.write_blocking(move |tx| corp::create(tx, &env, &name, &time_zone, false)).map_err(told)?;
            json!({ "corp_id": created.id, "name": created.name, "time_zone": created.time_zone })
        }
        Action::List => store
            .state()
            .corps
            .values()
            .map(|state| json!({ "corp_id": state.corp.id, "name": state.corp.name, "time_zone": state.corp.time_zone }))
            .collect::<Vec<Value>>()
            .into(),
    };
    println!("{answer:#}");
    Ok(())
}
