//! `carillon corp`: organisations.

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

use super::{known_corp, signature};
use logo::LogoFile;

/// What to do.
#[derive(Subcommand, Serialize, Deserialize)]
pub enum Action {
    /// Creates an organisation.
    Create {
        /// Its name.
        #[arg(long)]
        name: String,
        /// The name in its address (`/o/NAME/`): 2 to 32 lower-case letters, digits and hyphens. Made from the name when left out.
        #[arg(long)]
        short_name: Option<String>,
        /// Its time zone: days begin and end in it.
        #[arg(long, default_value = corp::DEFAULT_TIME_ZONE)]
        time_zone: String,
    },
    /// Changes an organisation. What is left out stays as it is.
    Set(Changes),
    /// Lists organisations.
    List,
}

/// What to change of an organisation.
#[derive(Args, Serialize, Deserialize)]
pub struct Changes {
    /// The organisation: its short name or id.
    corp: String,
    /// Its name.
    #[arg(long)]
    name: Option<String>,
    /// The name in its address (`/o/NAME/`). The one of before goes on leading to it.
    #[arg(long)]
    short_name: Option<String>,
    /// A host name of its own, which leads to this organisation alone; may be given several times, the main one first. Those of before
    /// are replaced.
    #[arg(long = "host", value_name = "HOST")]
    hosts: Vec<String>,
    /// Takes its host names away.
    #[arg(long, conflicts_with = "hosts")]
    no_host: bool,
    /// The colour of links and buttons, such as #0f6b5c. It is made lighter or darker where text would not be readable.
    #[arg(long, value_name = "#RRGGBB")]
    color: Option<String>,
    /// Takes its colour away.
    #[arg(long, conflicts_with = "color")]
    no_color: bool,
    /// A PNG or JPEG picture of at most 512 kB.
    #[arg(long, value_name = "FILE", value_parser = LogoFile::read)]
    logo: Option<LogoFile>,
    /// Takes its logo away.
    #[arg(long, conflicts_with = "logo")]
    no_logo: bool,
    /// Its time zone: days begin and end in it.
    #[arg(long)]
    time_zone: Option<String>,
}

/// Does it; the answer is JSON.
pub fn answer(store: &Store, env: &Env, action: Action) -> Result<Value> {
    Ok(match action {
        Action::Create { name, short_name, time_zone } => {
            let at = env.clone();
            let new = NewCorp { name, short_name, time_zone, demo: false };
            let create = signature(env, "corp create");
            let created =
                store.write_registry_blocking(create, move |tx| corp::create_as(tx, &at, new.clone()))?;
            shown(&created)
        }
        Action::Set(changes) => set(store, env, changes)?,
        Action::List => {
            let state = store.state();
            let mut corps: Vec<&Corp> = state.corps.values().map(|state| &*state.corp).collect();
            corps.sort_by_key(|corp| (corp.created_at, &corp.id));
            corps.into_iter().map(shown).collect::<Vec<Value>>().into()
        }
    })
}

fn set(store: &Store, env: &Env, changes: Changes) -> Result<Value> {
    let id = known_corp(store, changes.corp)?;
    let color = match &changes.color {
        Some(color) => {
            let color: Option<Color> = color.parse().ok();
            Some(color.ok_or_else(|| Error::invalid("--color", "must be a colour such as #0f6b5c"))?)
        }
        None => None,
    };
    let size = changes.logo.as_ref().map(LogoFile::size).transpose()?;
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::internal)?;
    let updated = runtime.block_on(async {
        // First the content of a picture and then the row that names it; no sweep comes between.
        let _upload = store.objects().begin_upload().await;
        let stored = match (&changes.logo, size) {
            (Some(file), Some(size)) => Some(file.store(store, size).await?),
            _ => None,
        };
        let (at, of) = (env.clone(), id.clone());
        let update = move |tx: &mut carillon_store::Tx<'_>| {
            let logo = stored.map(|stored| stored.add(tx, &at, &of)).transpose()?;
            corp::update(tx, &at, &of, |corp| {
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
    Ok(shown(&updated))
}

fn shown(corp: &Corp) -> Value {
    let mut shown = json!({
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
    if let Some(fields) = shown.as_object_mut() {
        fields.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    }
    shown
}
