//! The configuration: embedded defaults, a file, environment variables, and flags. Later ones take precedence.

mod check;
mod explain;
mod keys;

use std::path::{Path, PathBuf};

use anyhow::Result;
use carillon_model::settings::{
    ChatSettings, CommentSettings, DeliverySettings, DingSettings, FileSettings, JournalSettings,
    LiveSettings, RetentionSettings, SendSettings, SessionSettings, Settings, SignInSettings,
    StorageSettings,
};
use carillon_wire::{AllowedAddresses, ThrottleSettings};
use clap::Args;
use figment::{
    Figment,
    providers::{Env, Format, Serialized, Toml},
};
use serde::{Deserialize, Serialize};

use crate::{
    doctor::Setting,
    http::{HttpSettings, TlsSettings},
    usage::Usage,
};
use check::check;
use explain::explain;

/// The defaults with their descriptions: the output of `carillon config`.
pub const DEFAULTS: &str = include_str!("config.default.toml");

/// The prefix of environment variables. Those of a section continue with its name.
const PREFIX: &str = "CARILLON_";
/// The sections that environment variables can set.
const SECTIONS: [&str; 15] = [
    "send",
    "ding",
    "comment",
    "chat",
    "live",
    "sign_in",
    "session",
    "delivery",
    "retention",
    "journal",
    "files",
    "throttle",
    "storage",
    "http",
    "tls",
];

/// Flags of every command. A missing flag is taken from the environment, the file or the defaults.
#[derive(Args, Serialize)]
pub struct Flags {
    /// The data folder. `serve`, `demo` and `restore` create it.
    #[arg(long, env = "CARILLON_DATA", default_value = "data", global = true)]
    #[serde(skip)]
    pub data: PathBuf,
    /// The configuration file [default: carillon.toml in the data folder, if it exists].
    #[arg(long, env = "CARILLON_CONFIG", global = true)]
    #[serde(skip)]
    config: Option<PathBuf>,
    /// What to log, such as `info` or `warn,carillon_wire=debug` [default: info].
    #[arg(long, env = "CARILLON_LOG", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    log: Option<String>,
    /// Prints results as JSON.
    #[arg(long, global = true)]
    #[serde(skip)]
    pub json: bool,
}

/// Flags of the commands that run the server.
#[derive(Args, Serialize)]
pub struct ServeFlags {
    /// The address to listen on; port 0 selects a free one [default: 127.0.0.1:8080].
    #[arg(long, env = "CARILLON_LISTEN")]
    #[serde(skip_serializing_if = "Option::is_none")]
    listen: Option<String>,
    /// The base URL of links in responses, if clients reach the server by another address.
    #[arg(long, env = "CARILLON_PUBLIC_URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    public_url: Option<String>,
    /// The address for metrics and readiness [default: that of --listen if it is a loopback address, else none].
    #[arg(long, env = "CARILLON_METRICS_LISTEN")]
    #[serde(skip_serializing_if = "Option::is_none")]
    metrics_listen: Option<String>,
}

/// The effective configuration.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The address to listen on.
    pub listen: String,
    /// The log filter.
    pub log: String,
    /// The base URL of links. None for the address that the client used.
    pub public_url: Option<String>,
    /// The address for metrics and readiness.
    pub metrics_listen: Option<String>,
    /// Limits of connections and requests.
    pub http: HttpSettings,
    /// TLS certificate files.
    pub tls: TlsSettings,
    /// Limits of mass sends.
    pub send: SendSettings,
    /// Limits of urgent messages.
    pub ding: DingSettings,
    /// Limits of comments.
    pub comment: CommentSettings,
    /// Delivery of events.
    pub delivery: DeliverySettings,
    /// Rate limits of calls.
    pub throttle: ThrottleSettings,
    /// The addresses that apps may call from.
    #[serde(default)]
    pub allow: AllowedAddresses,
    /// Retention times.
    pub retention: RetentionSettings,
    /// Limits of chats.
    pub chat: ChatSettings,
    /// Limits of stored files.
    pub files: FileSettings,
    /// Limits of live pages.
    pub live: LiveSettings,
    /// Rate limits of sign-in attempts.
    pub sign_in: SignInSettings,
    /// When sessions end by themselves.
    pub session: SessionSettings,
    /// Limits of the storage.
    pub storage: StorageSettings,
    /// Limits of the journal of calls.
    pub journal: JournalSettings,
    /// The path of the configuration file. None if there is none.
    #[serde(skip)]
    pub file: Option<PathBuf>,
    /// All keys with their sources, for a server to show.
    #[serde(skip)]
    pub sources: Vec<Setting>,
}

impl Config {
    /// Loads and checks the configuration. Unknown keys are refused.
    ///
    /// # Errors
    /// [`Usage`] with the reason, but without the value, which may be a secret in the wrong key.
    pub fn load(flags: &Flags, serve_flags: Option<&ServeFlags>) -> Result<Self> {
        let figment = Self::figment(flags, serve_flags)?;
        refuse_renamed_keys(&figment)?;
        let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        keys::refuse_unknown_variables(names, &crate::flag_variables())?;
        let file = file(flags)?;
        let extracted = figment.extract();
        let config: Self = extracted.map_err(|error| Usage::error(explain(error, file.as_deref())))?;
        check(&config, &figment)?;
        Ok(Self { file, ..config })
    }

    /// Returns all values with their sources, unchecked.
    pub fn figment(flags: &Flags, serve_flags: Option<&ServeFlags>) -> Result<Figment> {
        let mut figment = Figment::from(Toml::string(DEFAULTS));
        if let Some(file) = file(flags)? {
            figment = figment.merge(Toml::file_exact(file));
        }
        figment = figment.merge(environment()).merge(Serialized::defaults(flags));
        if let Some(serve_flags) = serve_flags {
            figment = figment.merge(Serialized::defaults(serve_flags));
        }
        Ok(figment)
    }

    /// Returns the settings of the domain.
    pub fn settings(&self) -> Settings {
        Settings {
            send: self.send.clone(),
            ding: self.ding.clone(),
            comment: self.comment.clone(),
            chat: self.chat.clone(),
            delivery: self.delivery.clone(),
            retention: self.retention.clone(),
            files: self.files.clone(),
            live: self.live.clone(),
            sign_in: self.sign_in.clone(),
            session: self.session.clone(),
            storage: self.storage.clone(),
            journal: self.journal.clone(),
        }
    }
}

/// Keys that were renamed before the first release, with their new names.
const RENAMED_KEYS: [(&str, &str); 2] =
    [("facts.keep_days", "retention.fact_days"), ("delivery.log_days", "retention.delivery_log_days")];

/// Refuses a renamed key and names the new one. If it were ignored, data would be retained for another time than configured.
fn refuse_renamed_keys(figment: &Figment) -> Result<()> {
    for (old, new) in RENAMED_KEYS {
        let variable = format!("{PREFIX}{}", old.replace('.', "_").to_ascii_uppercase());
        if figment.find_value(old).is_ok() || std::env::var_os(variable).is_some() {
            return Err(Usage::error(format!("the key `{old}` of the configuration is `{new}` now")));
        }
    }
    Ok(())
}

/// Returns the environment variables of sections.
fn environment() -> Env {
    Env::prefixed(PREFIX).filter_map(|key| {
        let section = key.as_str().to_ascii_lowercase();
        SECTIONS.into_iter().find_map(|known| {
            let name = section.strip_prefix(known)?.strip_prefix('_')?;
            Some(format!("{known}.{name}").into())
        })
    })
}

/// Returns the path of the configuration file, if there is one.
pub fn file(flags: &Flags) -> Result<Option<PathBuf>> {
    let default_file: &Path = &flags.data.join("carillon.toml");
    match &flags.config {
        Some(file) if file.is_file() => Ok(Some(file.clone())),
        Some(file) => Err(Usage::error(format!("there is no configuration file {}", file.display()))),
        None => Ok(default_file.is_file().then(|| default_file.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use figment::{Jail, value::Dict};

    use super::*;

    #[test]
    fn the_embedded_file_equals_the_default_settings() {
        let config: Config = Figment::from(Toml::string(DEFAULTS)).extract().expect("readable");
        assert_eq!(config.settings(), Settings::default());
        assert_eq!(config.throttle, ThrottleSettings::default());
    }

    #[test]
    #[expect(clippy::result_large_err, reason = "the jail's own type of error")]
    fn every_number_can_be_set_by_an_environment_variable() {
        let defaults = Figment::from(Toml::string(DEFAULTS));
        let mut numbers = 0;
        for section in SECTIONS {
            let keys: Dict = defaults.extract_inner(section).expect("a section");
            for (key, value) in keys {
                let Some(number) = value.to_i128().map(|number| number + 1) else { continue };
                let variable = format!("{PREFIX}{section}_{key}").to_ascii_uppercase();
                Jail::expect_with(|jail| {
                    jail.set_env(&variable, number);
                    let both = defaults.clone().merge(environment());
                    let found: i64 = both.extract_inner(&format!("{section}.{key}"))?;
                    assert_eq!(i128::from(found), number, "{variable}");
                    both.extract::<Config>().map(drop)
                });
                numbers += 1;
            }
        }
        assert!(numbers > 20, "{numbers}");
    }
}
