//! `carillon corp`: manages organisations.

mod logo;

use carillon_domain::corp::{self, NewCorp};
use carillon_model::{
    color::Color,
    env::Env,
    error::{Error, Result},
};
use carillon_store::{Corp, Store};
use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{find_named_corp, parse, signature};
use logo::LogoFile;

/// The subcommands.
#[derive(Subcommand, Serialize, Deserialize)]
pub enum Action {
    /// Creates an organisation.
    Create {
        /// The name.
        #[arg(long, value_parser = parse::corp_name)]
        name: String,
        /// The name in its address (`/o/NAME/`): 2 to 32 lower-case letters, digits and hyphens [default: derived from the name].
        #[arg(long)]
        short_name: Option<String>,
        /// The time zone, in which days begin and end.
        #[arg(long, default_value = corp::DEFAULT_TIME_ZONE, value_parser = parse::time_zone)]
        time_zone: String,
    },
    /// Changes an organisation. Options that are not given change nothing.
    Set(Changes),
    /// Lists organisations.
    List,
}

/// The changes to an organisation.
#[derive(Args, Serialize, Deserialize)]
pub struct Changes {
    /// The organisation: its short name or id.
    corp: String,
    /// The name.
    #[arg(long, value_parser = parse::corp_name)]
    name: Option<String>,
    /// The name in its address (`/o/NAME/`). Former names still lead to it.
    #[arg(long)]
    short_name: Option<String>,
    /// A host name that leads only to this organisation. Can be given several times, the main one first. Replaces the former host
    /// names.
    #[arg(long = "host", value_name = "HOST")]
    hosts: Vec<String>,
    /// Removes the host names.
    #[arg(long, conflicts_with = "hosts")]
    no_host: bool,
    /// The colour of links and buttons, such as #0f6b5c. It is made lighter or darker where text would be unreadable.
    #[arg(long, value_name = "#RRGGBB")]
    color: Option<String>,
    /// Removes the colour.
    #[arg(long, conflicts_with = "color")]
    no_color: bool,
    /// A PNG or JPEG picture of at most 512 kB.
    #[arg(long, value_name = "FILE", value_parser = LogoFile::read)]
    logo: Option<LogoFile>,
    /// Removes the logo.
    #[arg(long, conflicts_with = "logo")]
    no_logo: bool,
    /// The time zone, in which days begin and end.
    #[arg(long, value_parser = parse::time_zone)]
    time_zone: Option<String>,
}

/// Executes the command. The output is JSON.
pub fn execute(store: &Store, env: &Env, action: Action) -> Result<Value> {
    Ok(match action {
        Action::Create { name, short_name, time_zone } => {
            let tx_env = env.clone();
            let new = NewCorp { name, short_name, time_zone, demo: false };
            let create = signature(env, "corp create");
            let created =
                store.write_registry_blocking(create, move |tx| corp::create_as(tx, &tx_env, new.clone()))?;
            describe(&created)
        }
        Action::Set(changes) => set(store, env, changes)?,
        Action::List => {
            let state = store.state();
            let mut corps: Vec<&Corp> = state.corps.values().map(|state| &*state.corp).collect();
            corps.sort_by_key(|corp| (corp.created_at, &corp.id));
            corps.into_iter().map(describe).collect::<Vec<Value>>().into()
        }
    })
}

fn set(store: &Store, env: &Env, changes: Changes) -> Result<Value> {
    let id = find_named_corp(store, "CORP", changes.corp)?;
    let color = match &changes.color {
        Some(color) => {
            let color: Option<Color> = color.parse().ok();
            Some(color.ok_or_else(|| Error::invalid("--color", "must be a colour such as #0f6b5c"))?)
        }
        None => None,
    };
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::internal)?;
    let updated = runtime.block_on(async {
        // The content of a picture is stored before its row; no sweep can come in between.
        let _upload = store.objects().begin_upload().await;
        let stored = match &changes.logo {
            Some(file) => Some(file.store(store).await?),
            None => None,
        };
        let (tx_env, corp_id) = (env.clone(), id.clone());
        let update = move |tx: &mut carillon_store::Tx<'_>| {
            let logo = stored.map(|stored| stored.add(tx, &tx_env, &corp_id)).transpose()?;
            corp::update(tx, &tx_env, &corp_id, |corp| {
                corp.name = changes.name.unwrap_or_else(|| corp.name.clone());
                corp.short_name = changes.short_name.unwrap_or_else(|| corp.short_name.clone());
                corp.time_zone = changes.time_zone.unwrap_or_else(|| corp.time_zone.clone());
                if changes.no_host || !changes.hosts.is_empty() {
                    corp.hosts = changes.hosts;
                }
                corp.accent_color = color.or(corp.accent_color).filter(|_| !changes.no_color);
                corp.logo = logo.or_else(|| corp.logo.clone()).filter(|_| !changes.no_logo);
                Ok(())
            })
        };
        store.write(&id, signature(env, "corp set"), update).await
    })?;
    Ok(describe(&updated))
}

fn describe(corp: &Corp) -> Value {
    let mut description = json!({
        "corp_id": corp.id,
        "name": corp.name,
        "short_name": corp.short_name,
        "path": format!("/o/{}/", corp.short_name),
        "time_zone": corp.time_zone,
    });
    let optional = [
        ("former_short_names", (!corp.former_short_names.is_empty()).then(|| json!(corp.former_short_names))),
        ("hosts", (!corp.hosts.is_empty()).then(|| json!(corp.hosts))),
        ("accent_color", corp.accent_color.map(|color| json!(color.to_string()))),
        ("logo_media_id", corp.logo.as_ref().map(|logo| json!(logo.media))),
    ];
    if let Some(fields) = description.as_object_mut() {
        fields.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    }
    description
}
