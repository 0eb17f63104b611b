//! Subcommands.

pub mod app;
pub mod backup;
pub mod contacts;
pub mod corp;
pub mod demo;
pub mod doctor;
pub mod facts;
mod parse;
pub mod serve;
pub mod subscription;
mod table;

use std::{fs, io::Write, path::Path, sync::Arc};

use anyhow::{Result, anyhow};
use carillon_model::{
    audit::{Actor, Signature},
    env::Env,
    error::{Error, Result as Outcome, Rule},
    id::{AppKey, CorpId},
    settings::Settings,
    short_name,
    suggestion::did_you_mean,
};
use carillon_store::{Paths, Store, Tx};
use carillon_web::sign_in_limits::SignInLimits;
use clap::Subcommand;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{control, key, usage::Usage};

/// An answer that is not understood.
const OTHER_VERSION: &str =
    "the server that runs on the data folder is of another version: restart it with this one";

/// What administers a data folder, whether or not a server runs on it.
#[derive(Subcommand, Serialize, Deserialize)]
pub enum AdminCommand {
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
    /// Another password of a member, by `carillon contacts reset-password`.
    #[command(skip)]
    ResetPassword(contacts::ResetPassword),
    /// Part of a list of members, by `carillon contacts import`.
    #[command(skip)]
    Contacts(contacts::Batch),
    /// Event subscriptions of apps.
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

impl AdminCommand {
    /// Does it, in the server that runs on the data folder or else in this process, and prints the answer.
    pub fn run(self, data: &Path, settings: Settings, json: bool) -> Result<()> {
        let answer = AdminClient::on(data, settings).perform(self)?;
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
            Self::ResetPassword(member) => member.answer(store, env, sign_in_limits),
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
struct AdminClient<'a> {
    data: &'a Path,
    settings: Settings,
    opened: Option<Executor>,
}

impl<'a> AdminClient<'a> {
    fn on(data: &'a Path, settings: Settings) -> Self {
        Self { data, settings, opened: None }
    }

    fn perform(&mut self, command: AdminCommand) -> Result<Value> {
        let executor = match &self.opened {
            Some(opened) => opened,
            None => {
                if let Some(answer) = control::ask(self.data, &command)? {
                    return Ok(answer);
                }
                require_data(self.data, matches!(command, AdminCommand::Corp(corp::Action::Create { .. })))?;
                let (store, env) = open(self.data, self.settings.clone())?;
                let sign_in_limits = Arc::new(SignInLimits::new(env.settings.sign_in.clone()));
                self.opened.insert(Executor { store, env, sign_in_limits })
            }
        };
        command.answer(executor).map_err(told)
    }
}

/// Refuses a folder that holds no data: a mistyped name must not become a folder with a key. The first organisation may be created in
/// an empty one.
fn require_data(data: &Path, may_be_empty: bool) -> Result<()> {
    let holds_data = |folder: &Path| Paths { root: folder.to_owned() }.database().is_file();
    if holds_data(data) || (may_be_empty && data.is_dir()) {
        return Ok(());
    }
    let parent = data.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let beside: Vec<String> = fs::read_dir(parent)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok().filter(|entry| holds_data(&entry.path())))
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    let name = data.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let meant = did_you_mean(name, beside.iter().map(String::as_str));
    let problem = if data.is_dir() { "holds no data of Carillon" } else { "does not exist" };
    let advice = if may_be_empty { "create it with mkdir" } else { "name another one with --data" };
    Err(Usage::error(format!("the data folder {} {problem} ({advice}){meant}", data.display())))
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
    if let Some(found) = state.corp_of_short_name(&short_name::normalize(&corp)) {
        return Ok(found.corp.id.clone());
    }
    let corp = CorpId::from(corp);
    if state.corps.contains_key(&corp) {
        return Ok(corp);
    }
    let mut of_name = state.corps.values().filter(|state| state.corp.name == corp.as_str());
    let meant = match (of_name.next(), of_name.next()) {
        (Some(only), None) => format!("; its id is {}", only.corp.id),
        _ => did_you_mean(corp.as_str(), state.corps.keys().map(CorpId::as_str)),
    };
    Err(Error::invalid(
        "--corp",
        format!("is no organisation of this data folder (`carillon corp list` lists them){meant}"),
    ))
}

/// An app that is there, with its organisation.
fn known_app(store: &Store, app_key: &str) -> Outcome<(CorpId, AppKey)> {
    let key = AppKey::from(app_key);
    let state = store.state();
    if let Some(corp) = state.corp_of_app(&key) {
        return Ok((corp.clone(), key));
    }
    let mut of_name = state.apps.values().filter(|app| app.name == app_key);
    let meant = match (of_name.next(), of_name.next()) {
        (Some(only), None) => format!("; its key is {}", only.key),
        _ => did_you_mean(app_key, state.apps.keys().map(AppKey::as_str)),
    };
    Err(Error::invalid(
        "app_key",
        format!("is no app of this data folder (`carillon app list` lists them){meant}"),
    ))
}

/// A failure in the words for whoever typed the command.
pub fn told(error: Error) -> anyhow::Error {
    match error {
        Error::Internal(what) => anyhow!(what),
        Error::Invalid { .. } => Usage::error(error.to_string()),
        Error::Rule(rule) => of_rule(rule, ""),
        Error::RuleBecause(rule, reason) => of_rule(rule, &reason),
    }
}

/// A broken rule, in words.
fn of_rule(rule: Rule, reason: &str) -> anyhow::Error {
    let what = match rule {
        Rule::CallbackUnreachable => "the callback cannot be reached:",
        Rule::CallbackAnswerWrong => "the callback did not answer with the encrypted \"success\":",
        Rule::CallbackMissing => "the app has no subscription",
        Rule::CallbackHostForbidden => {
            "the callback lies where callbacks may not lie; [delivery] allow of the configuration can permit it:"
        }
        Rule::AesKeyInvalid | Rule::CallbackIncomplete | Rule::CallbackUrlInvalid => {
            "the callback cannot be used:"
        }
        Rule::UnknownUser => "there is no such member: see `carillon contacts --help`",
        rule if reason.is_empty() => return anyhow!("{rule:?}"),
        rule => return anyhow!("{rule:?}: {reason}"),
    };
    let text = format!("{what} {reason}").trim_end().to_owned();
    match rule {
        // Another try may succeed.
        Rule::CallbackUnreachable | Rule::CallbackAnswerWrong | Rule::CallbackMissing => anyhow!(text),
        _ => Usage::error(text),
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
