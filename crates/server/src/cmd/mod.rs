//! Subcommands.

pub mod app;
pub mod backup;
pub mod contacts;
pub mod corp;
pub mod demo;
pub mod doctor;
pub mod facts;
pub mod serve;
pub mod subscription;

use std::{io::Write, path::Path, sync::Arc};

use anyhow::{Result, anyhow};
use carillon_model::{
    audit::{Actor, Signature},
    env::Env,
    error::{Error, Result as Outcome},
    id::{AppKey, CorpId},
    settings::Settings,
    short_name,
};
use carillon_store::{Store, Tx};
use carillon_web::sign_in_limits::SignInLimits;
use clap::Subcommand;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{control, key};

/// What administers a data folder, whether or not a server runs on it.
#[derive(Subcommand, Serialize, Deserialize)]
pub enum Administration {
    /// Organisations.
    #[command(subcommand)]
    Corp(corp::Action),
    /// Apps, their permissions and secrets.
    #[command(subcommand)]
    App(app::Action),
    /// Administrators, by `carillon contacts admin`.
    #[command(skip)]
    Admin(contacts::AdminAction),
    /// What counts against a member at the sign-in page, by `carillon contacts unlock`.
    #[command(skip)]
    Unlock(contacts::Unlock),
    /// Part of a list of members, by `carillon contacts import`.
    #[command(skip)]
    Contacts(contacts::Batch),
    /// Which events apps are told, and how.
    #[command(subcommand)]
    Subscription(subscription::Action),
    /// Letting go of what a restored data folder holds back, by `carillon restore --release`.
    #[command(skip)]
    Release(backup::Release),
    /// Part of a file of facts, by `carillon facts import`.
    #[command(skip)]
    Facts(facts::Batch),
    /// What the server says of itself, for `carillon doctor`.
    #[command(skip)]
    ServerReport,
    /// A day of made-up facts, by `carillon facts generate`.
    #[command(skip)]
    GeneratedFacts(facts::GeneratedDay),
}

impl Administration {
    /// Does it, in the server that runs on the data folder or else in this process, and prints the answer.
    pub fn run(self, data: &Path, settings: Settings, json: bool) -> Result<()> {
        let answer = Hands::on(data, settings).perform(self)?;
        say(&if json { format!("{answer:#}\n") } else { lines(&answer) });
        Ok(())
    }

    /// Does it; the answer is JSON.
    pub fn answer(self, executor: &Executor) -> Outcome<Value> {
        let Executor { store, env, sign_in_limits } = executor;
        match self {
            Self::Corp(action) => corp::answer(store, env, action),
            Self::App(action) => app::answer(store, env, action),
            Self::Admin(action) => contacts::answer(store, env, action),
            Self::Unlock(member) => member.answer(store, sign_in_limits),
            Self::Contacts(batch) => batch.answer(store, env),
            Self::Subscription(action) => subscription::answer(store, env, action),
            Self::Release(release) => release.answer(store, env),
            Self::Facts(batch) => batch.answer(store, env),
            Self::GeneratedFacts(day) => day.answer(store, env),
            Self::ServerReport => doctor::report(store, env),
        }
    }
}

/// What commands act on.
#[derive(Clone)]
pub struct Executor {
    /// The open data folder.
    pub store: Arc<Store>,
    /// Clock, randomness, settings, key.
    pub env: Env,
    /// The tries that the server counts. In a process that serves nobody there are none.
    pub sign_in_limits: Arc<SignInLimits>,
}

/// Whoever does what administers a data folder: the server that runs on it, or else this process, which then keeps it open.
struct Hands<'a> {
    data: &'a Path,
    settings: Settings,
    opened: Option<Executor>,
}

impl<'a> Hands<'a> {
    fn on(data: &'a Path, settings: Settings) -> Self {
        Self { data, settings, opened: None }
    }

    fn perform(&mut self, command: Administration) -> Result<Value> {
        let executor = match &self.opened {
            Some(opened) => opened,
            None => {
                if let Some(answer) = control::ask(self.data, &command)? {
                    return Ok(answer);
                }
                let (store, env) = open(self.data, self.settings.clone())?;
                let sign_in_limits = Arc::new(SignInLimits::new(env.settings.sign_in.clone()));
                self.opened.insert(Executor { store, env, sign_in_limits })
            }
        };
        command.answer(executor).map_err(told)
    }
}

/// Opens a data folder.
fn open(data: &Path, settings: Settings) -> Result<(Arc<Store>, Env)> {
    let store = Store::open_with(data, &settings.storage).map_err(told)?;
    let key = key::load_or_create(&store.paths().key(), store.state().corps.is_empty())?;
    Ok((Arc::new(store), Env::system(settings, key)))
}

/// Does a unit of work in an organisation, in the name of whoever typed the command.
fn write<T: Send + 'static>(
    store: &Store,
    env: &Env,
    corp: &CorpId,
    command: &'static str,
    work: impl FnOnce(&mut Tx<'_>, &Env) -> Outcome<T> + Send + 'static,
) -> Outcome<T> {
    let at = env.clone();
    store.write_blocking(corp, signature(env, command), move |tx| work(tx, &at))
}

/// Whoever typed the command signs.
fn signature(env: &Env, command: &'static str) -> Signature {
    Signature::new(env, Actor::CommandLine, command)
}

/// An organisation that is there, by its id or its short name.
fn known_corp(store: &Store, corp: String) -> Outcome<CorpId> {
    let state = store.state();
    if let Some(found) = state.corp_of_short_name(&short_name::typed(&corp)) {
        return Ok(found.corp.id.clone());
    }
    let corp = CorpId::from(corp);
    if state.corps.contains_key(&corp) {
        return Ok(corp);
    }
    Err(Error::invalid("--corp", "is no organisation of this data folder: see `carillon corp list`"))
}

/// An app that is there, with its organisation.
fn known_app(store: &Store, app_key: &str) -> Outcome<(CorpId, AppKey)> {
    let key = AppKey::from(app_key);
    let corp = store.state().corp_of_app(&key).cloned();
    corp.map(|corp| (corp, key))
        .ok_or_else(|| Error::invalid("app_key", "is no app of this data folder: see `carillon app list`"))
}

/// A failure in the words for whoever typed the command.
pub fn told(error: Error) -> anyhow::Error {
    match error {
        Error::Internal(what) => anyhow!(what),
        error => anyhow!("{error}"),
    }
}

/// Prints. Whoever reads may close the pipe early: that is no failure.
pub fn say(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// One line for each field; an empty line between the things of a list.
fn lines(answer: &Value) -> String {
    match answer {
        Value::Array(things) if things.is_empty() => "none\n".to_owned(),
        Value::Array(things) => things.iter().map(lines).collect::<Vec<_>>().join("\n"),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| format!("{name:<12} {}\n", on_one_line(value))).collect()
        }
        other => format!("{}\n", on_one_line(other)),
    }
}

fn on_one_line(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(on_one_line).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}
