//! The subcommands. Those that administer a data folder run in the server that has it open, else in this process.

pub mod app;
pub mod backup;
pub mod calls;
pub mod contacts;
pub mod corp;
pub mod demo;
pub mod doctor;
pub mod facts;
pub mod operator;
mod parse;
pub mod reference;
pub mod serve;
pub mod sign_on;
pub mod subscription;

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

use crate::{commands, key, usage::Usage};

/// The error for a command or a response that the other side does not know.
pub const OTHER_VERSION: &str =
    "the server that runs on the data folder is of another version: restart it with this one";

/// The commands that administer a data folder, whether or not a server is running on it.
#[derive(Subcommand, Serialize, Deserialize)]
pub enum AdminCommand {
    /// Manages organisations.
    #[command(subcommand)]
    Corp(corp::Action),
    /// Manages apps, their permissions and secrets.
    #[command(subcommand)]
    App(app::Action),
    /// Shows the calls of an organisation's programs, and why calls were refused.
    #[command(subcommand)]
    Calls(calls::Action),
    /// `carillon contacts admin`.
    #[command(skip)]
    Admin(contacts::AdminAction),
    /// `carillon contacts unlock`.
    #[command(skip)]
    Unlock(contacts::Unlock),
    /// `carillon contacts reset-password`.
    #[command(skip)]
    ResetPassword(contacts::ResetPassword),
    /// A batch of `carillon contacts import`.
    #[command(skip)]
    Contacts(contacts::Batch),
    /// Manages operators of the console: members with roles.
    #[command(subcommand)]
    Operator(operator::Action),
    /// Lets members sign in by a provider of OpenID Connect.
    #[command(subcommand)]
    SignOn(sign_on::Action),
    /// Manages the event subscriptions of apps.
    #[command(subcommand)]
    Subscription(subscription::Action),
    /// `carillon restore --release`.
    #[command(skip)]
    Release(backup::Release),
    /// A batch of `carillon facts import`.
    #[command(skip)]
    Facts(facts::Batch),
    /// The server's report for `carillon doctor`.
    #[command(skip)]
    ServerReport,
    /// A day of `carillon facts generate`.
    #[command(skip)]
    GeneratedFacts(facts::GeneratedDay),
}

impl AdminCommand {
    /// Executes the command in the server that is running on the data folder, else in this process. Prints the output.
    pub fn run(self, data: &Path, settings: Settings, json: bool) -> Result<()> {
        if let Self::Calls(action) = &self
            && let Some(followed) = action.follow(data, json)
        {
            return followed;
        }
        let output = AdminClient::on(data, settings).perform(self)?;
        print_text(&if json { format!("{output:#}\n") } else { format_lines(&output) });
        Ok(())
    }

    /// Executes the command in this process. The output is JSON.
    pub fn execute(self, executor: &Executor) -> Outcome<Value> {
        let Executor { store, env, sign_in_limits, base_url } = executor;
        match self {
            Self::Corp(action) => corp::execute(store, env, action),
            Self::App(action) => app::execute(store, env, action),
            Self::Calls(action) => calls::execute(store, env, action),
            Self::Admin(action) => contacts::execute(store, env, action),
            Self::Unlock(member) => member.execute(store, sign_in_limits),
            Self::ResetPassword(member) => member.execute(store, env, sign_in_limits),
            Self::Contacts(batch) => batch.execute(store, env),
            Self::Operator(action) => operator::execute(store, env, base_url.as_deref(), action),
            Self::SignOn(action) => sign_on::execute(store, env, action),
            Self::Subscription(action) => subscription::execute(store, env, action),
            Self::Release(release) => release.execute(store, env),
            Self::Facts(batch) => batch.execute(store, env),
            Self::GeneratedFacts(day) => day.execute(store, env),
            Self::ServerReport => doctor::report(store, env),
        }
    }
}

/// The state that commands act on.
#[derive(Clone)]
pub struct Executor {
    /// The open data folder.
    pub store: Arc<Store>,
    /// The environment with the settings and the key of the data folder.
    pub env: Env,
    /// The sign-in attempts that the server counts. Empty in a process that is not the server.
    pub sign_in_limits: Arc<SignInLimits>,
    /// The address of the running server; `None` in a process that is not the server.
    pub base_url: Option<Arc<str>>,
}

/// Executes commands: in the server that is running on the data folder, else in this process, which then keeps the folder open.
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
                if let Some(output) = commands::send(self.data, &command)? {
                    return Ok(output);
                }
                require_data(self.data, matches!(command, AdminCommand::Corp(corp::Action::Create { .. })))?;
                let (store, env) = open(self.data, self.settings.clone())?;
                let sign_in_limits = Arc::new(SignInLimits::new(env.settings.sign_in.clone()));
                self.opened.insert(Executor { store, env, sign_in_limits, base_url: None })
            }
        };
        command.execute(executor).map_err(cli_error)
    }
}

/// Refuses a folder without a database, because a mistyped name must not create a folder with a key. An empty folder is accepted if
/// `may_be_empty`: for the first organisation.
fn require_data(data: &Path, may_be_empty: bool) -> Result<()> {
    let holds_data = |folder: &Path| Paths { root: folder.to_owned() }.database().is_file();
    if holds_data(data) || (may_be_empty && data.is_dir()) {
        return Ok(());
    }
    let parent = data.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let siblings: Vec<String> = fs::read_dir(parent)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok().filter(|entry| holds_data(&entry.path())))
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    let name = data.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let suggestion = did_you_mean(name, siblings.iter().map(String::as_str));
    let problem = if data.is_dir() { "holds no data of Carillon" } else { "does not exist" };
    let advice = if may_be_empty { "create it with mkdir" } else { "name another one with --data" };
    Err(Usage::error(format!("the data folder {} {problem} ({advice}){suggestion}", data.display())))
}

/// Names that make an existing folder a data folder.
const OWN_NAMES: [&str; 6] = ["carillon.db", "carillon.toml", "demo.json", "key", "lock", "objects"];

/// Refuses a file, and a folder with other folders, such as a home: opening would fill it, and close it for everybody else. Files
/// may be there first: a log of this program, a list to import, a certificate.
fn require_own_folder(data: &Path) -> Result<()> {
    if data.is_file() {
        let data = data.display();
        return Err(Usage::error(format!("the data folder {data} is a file (name a folder with --data)")));
    }
    let Ok(entries) = fs::read_dir(data) else { return Ok(()) };
    let entries: Vec<_> = entries.filter_map(Result::ok).collect();
    let name = |entry: &fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    let is_own = entries.iter().any(|entry| OWN_NAMES.contains(&name(entry).as_str()));
    // A fresh volume contains `lost+found`.
    let may_be_first = |entry: &fs::DirEntry| {
        let name = name(entry);
        name.starts_with('.') || name == "lost+found" || !entry.path().is_dir()
    };
    if is_own || entries.iter().all(may_be_first) {
        return Ok(());
    }
    Err(Usage::error(format!(
        "the folder {} has other folders and no data of Carillon (name an empty or a new folder with --data)",
        data.display()
    )))
}

/// Opens a data folder.
fn open(data: &Path, settings: Settings) -> Result<(Arc<Store>, Env)> {
    require_own_folder(data)?;
    let store = Store::open_with(data, &settings.storage).map_err(cli_error)?;
    let key = key::load_or_create(&store.paths().key(), store.state().corps.is_empty())?;
    Ok((Arc::new(store), Env::system(settings, key)))
}

/// Runs a unit of work that the command line signs.
fn write<T: Send + 'static>(
    store: &Store,
    env: &Env,
    corp: &CorpId,
    command: &'static str,
    work: impl FnOnce(&mut Tx<'_>, &Env) -> Outcome<T> + Send + 'static,
) -> Outcome<T> {
    let tx_env = env.clone();
    store.write_blocking(corp, signature(env, command), move |tx| work(tx, &tx_env))
}

/// The signature of the command line.
fn signature(env: &Env, command: &'static str) -> Signature {
    Signature::new(env, Actor::CommandLine, command)
}

/// Finds an organisation by its id or short name.
fn find_corp(store: &Store, corp: String) -> Outcome<CorpId> {
    find_named_corp(store, "--corp", corp)
}

/// Finds an organisation that `argument` names.
fn find_named_corp(store: &Store, argument: &'static str, corp: String) -> Outcome<CorpId> {
    let state = store.state();
    if let Some(found) = state.corp_of_short_name(&short_name::normalize(&corp)) {
        return Ok(found.corp.id.clone());
    }
    let corp = CorpId::from(corp);
    if state.corps.contains_key(&corp) {
        return Ok(corp);
    }
    let mut same_name = state.corps.values().filter(|state| state.corp.name == corp.as_str());
    let suggestion = match (same_name.next(), same_name.next()) {
        (Some(only), None) => format!("; its id is {}", only.corp.id),
        _ => {
            let corps = state.corps.values().map(|state| &state.corp);
            let names = corps.flat_map(|corp| [corp.id.as_str(), corp.short_name.as_str()]);
            did_you_mean(corp.as_str(), names)
        }
    };
    Err(Error::invalid(
        argument,
        format!("is not an organisation of this data folder (`carillon corp list` lists them){suggestion}"),
    ))
}

/// Finds an app and its organisation.
fn find_app(store: &Store, app_key: &str) -> Outcome<(CorpId, AppKey)> {
    let key = AppKey::from(app_key);
    let state = store.state();
    if let Some(corp) = state.corp_of_app(&key) {
        return Ok((corp.clone(), key));
    }
    let mut same_name = state.apps.values().filter(|app| app.name == app_key);
    let suggestion = match (same_name.next(), same_name.next()) {
        (Some(only), None) => format!("; its key is {}", only.key),
        _ => did_you_mean(app_key, state.apps.keys().map(AppKey::as_str)),
    };
    Err(Error::invalid(
        "app_key",
        format!("is not an app of this data folder (`carillon app list` lists them){suggestion}"),
    ))
}

/// Converts an error into the message for the command line.
pub fn cli_error(error: Error) -> anyhow::Error {
    match error {
        Error::Internal(text) => anyhow!(text),
        Error::Invalid { .. } => Usage::error(error.to_string()),
        Error::Rule(rule) => rule_error(rule, ""),
        Error::RuleBecause(rule, reason) => rule_error(rule, &reason),
    }
}

/// Describes a broken rule.
fn rule_error(rule: Rule, reason: &str) -> anyhow::Error {
    let text = match rule {
        Rule::CallbackUnreachable => "the callback cannot be reached:",
        Rule::CallbackAnswerWrong => "the callback did not answer with the encrypted \"success\":",
        Rule::CallbackMissing => "the app has no subscription",
        Rule::CallbackHostForbidden => {
            "the callback has an internal address; [delivery] allow of the configuration can permit it:"
        }
        Rule::AesKeyInvalid | Rule::CallbackIncomplete | Rule::CallbackUrlInvalid => {
            "the callback cannot be used:"
        }
        Rule::UnknownCall => {
            "the journal has no call with this id in the organisation (`carillon calls list` lists calls)"
        }
        Rule::UnknownUser if reason.is_empty() => {
            "there is no such member (`carillon contacts import` adds members)"
        }
        Rule::UnknownUser => {
            return Usage::error(format!(
                "there is no member {reason} (`carillon contacts import` adds members)"
            ));
        }
        rule if reason.is_empty() => return anyhow!("{rule:?}"),
        rule => return anyhow!("{rule:?}: {reason}"),
    };
    let text = format!("{text} {reason}").trim_end().to_owned();
    match rule {
        // A retry may succeed.
        Rule::CallbackUnreachable | Rule::CallbackAnswerWrong | Rule::CallbackMissing => anyhow!(text),
        _ => Usage::error(text),
    }
}

/// Prints to standard output. A closed pipe is not an error.
pub fn print_text(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// Formats one line for each field, with an empty line between the items of a list.
fn format_lines(output: &Value) -> String {
    match output {
        Value::Array(items) if items.is_empty() => "none\n".to_owned(),
        Value::Array(items) => items.iter().map(format_lines).collect::<Vec<_>>().join("\n"),
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
