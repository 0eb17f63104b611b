//! Configuration: the embedded defaults, a file, the environment, flags; the later ones win.

mod check;
mod explain;
mod keys;

use std::path::{Path, PathBuf};

use anyhow::Result;
use carillon_model::settings::{
    ChatSettings, CommentSettings, DeliverySettings, DingSettings, FileSettings, LiveSettings,
    RetentionSettings, SendSettings, Settings, SignInSettings, StorageSettings,
};
use carillon_wire::{AllowedAddresses, ThrottleSettings};
use clap::Args;
use figment::{
    Figment,
    providers::{Env, Format, Serialized, Toml},
};
use serde::{Deserialize, Serialize};

use crate::{
    http::{HttpSettings, TlsSettings},
    usage::Usage,
};
use check::check;
use explain::explain;

/// The defaults, each with its description: `carillon config` prints them.
pub const DEFAULTS: &str = include_str!("config.default.toml");

/// The environment variables of what is in sections begin with this and the section's name.
const PREFIX: &str = "CARILLON_";
/// The sections.
const SECTIONS: [&str; 13] = [
    "send",
    "ding",
    "comment",
    "chat",
    "live",
    "sign_in",
    "delivery",
    "retention",
    "files",
    "throttle",
    "storage",
    "http",
    "tls",
];

/// Flags of every command. What is absent comes from the environment, the file or the defaults.
#[derive(Args, Serialize)]
pub struct Flags {
    /// The data folder. `serve`, `demo` and `restore` create it.
    #[arg(long, env = "CARILLON_DATA", default_value = "data", global = true)]
    #[serde(skip)]
    pub data: PathBuf,
    /// A configuration file [default: carillon.toml in the data folder, if there is one].
    #[arg(long, env = "CARILLON_CONFIG", global = true)]
    #[serde(skip)]
    config: Option<PathBuf>,
    /// What to log, such as `info` or `warn,carillon_wire=debug` [default: info].
    #[arg(long, env = "CARILLON_LOG", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    log: Option<String>,
    /// Print results as JSON.
    #[arg(long, global = true)]
    #[serde(skip)]
    pub json: bool,
}

/// Flags of the commands that serve.
#[derive(Args, Serialize)]
pub struct ServeFlags {
    /// The address to listen on; port 0 takes a free one [default: 127.0.0.1:8080].
    #[arg(long, env = "CARILLON_LISTEN")]
    #[serde(skip_serializing_if = "Option::is_none")]
    listen: Option<String>,
    /// The address that links in answers begin with, when callers reach the server by another.
    #[arg(long, env = "CARILLON_PUBLIC_URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    public_url: Option<String>,
    /// The address that metrics and readiness are served on [default: that of --listen if it is a loopback address, else none].
    #[arg(long, env = "CARILLON_METRICS_LISTEN")]
    #[serde(skip_serializing_if = "Option::is_none")]
    metrics_listen: Option<String>,
}

/// The configuration in force.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The address to listen on.
    pub listen: String,
    /// What to log.
    pub log: String,
    /// The address that links in answers begin with.
    pub public_url: Option<String>,
    /// The address that metrics and readiness are served on.
    pub metrics_listen: Option<String>,
    /// Limits of connections and of what they carry.
    pub http: HttpSettings,
    /// Certificate files.
    pub tls: TlsSettings,
    /// Limits of mass sends.
    pub send: SendSettings,
    /// Limits of urgent messages.
    pub ding: DingSettings,
    /// Limits of comments.
    pub comment: CommentSettings,
    /// How events are delivered.
    pub delivery: DeliverySettings,
    /// How often callers may call.
    pub throttle: ThrottleSettings,
    /// Where apps may call from.
    #[serde(default)]
    pub allow: AllowedAddresses,
    /// How long what grows is kept.
    pub retention: RetentionSettings,
    /// Limits of conversations.
    pub chat: ChatSettings,
    /// Limits of stored files.
    pub files: FileSettings,
    /// Limits of live pages.
    pub live: LiveSettings,
    /// How often passwords may be tried.
    pub sign_in: SignInSettings,
    /// Limits of the storage.
    pub storage: StorageSettings,
    /// The configuration file, if there is one.
    #[serde(skip)]
    pub file: Option<PathBuf>,
}

impl Config {
    /// Puts the configuration together. A key that means nothing is refused: it is a mistake.
    ///
    /// # Errors
    /// [`Usage`] with what is wrong, and no value: one that is not understood may be a secret in the wrong place.
    pub fn load(flags: &Flags, serving: Option<&ServeFlags>) -> Result<Self> {
        let figment = Self::figment(flags, serving)?;
        refuse_moved(&figment)?;
        let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        keys::refuse_unknown_variables(names, &crate::flag_variables())?;
        let file = file(flags)?;
        let extracted = figment.extract();
        let config: Self = extracted.map_err(|error| Usage::error(explain(error, file.as_deref())))?;
        check(&config, &figment)?;
        Ok(Self { file, ..config })
    }

    /// Every value with where it comes from, not checked.
    pub fn figment(flags: &Flags, serving: Option<&ServeFlags>) -> Result<Figment> {
        let mut figment = Figment::from(Toml::string(DEFAULTS));
        if let Some(file) = file(flags)? {
            figment = figment.merge(Toml::file_exact(file));
        }
        figment = figment.merge(environment()).merge(Serialized::defaults(flags));
        if let Some(serving) = serving {
            figment = figment.merge(Serialized::defaults(serving));
        }
        Ok(figment)
    }

    /// What the rules need of it.
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
            storage: self.storage.clone(),
        }
    }
}

/// Keys that were renamed before the first release, with their new names.
const MOVED: [(&str, &str); 2] =
    [("facts.keep_days", "retention.fact_days"), ("delivery.log_days", "retention.delivery_log_days")];

/// A key that moved is refused with its new name. Ignored, it would mean that something is kept for another time than it says.
fn refuse_moved(figment: &Figment) -> Result<()> {
    for (old, new) in MOVED {
        let variable = format!("{PREFIX}{}", old.replace('.', "_").to_ascii_uppercase());
        if figment.find_value(old).is_ok() || std::env::var_os(variable).is_some() {
            return Err(Usage::error(format!("the key `{old}` of the configuration is `{new}` now")));
        }
    }
    Ok(())
}

/// What the environment says of what is in sections.
fn environment() -> Env {
    Env::prefixed(PREFIX).filter_map(|key| {
        let section = key.as_str().to_ascii_lowercase();
        SECTIONS.into_iter().find_map(|known| {
            let name = section.strip_prefix(known)?.strip_prefix('_')?;
            Some(format!("{known}.{name}").into())
        })
    })
}

/// The configuration file, if there is one.
pub fn file(flags: &Flags) -> Result<Option<PathBuf>> {
    let in_data: &Path = &flags.data.join("carillon.toml");
    match &flags.config {
        Some(file) if file.is_file() => Ok(Some(file.clone())),
        Some(file) => Err(Usage::error(format!("there is no configuration file {}", file.display()))),
        None => Ok(in_data.is_file().then(|| in_data.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use figment::{Jail, value::Dict};

    use super::*;

    #[test]
    fn the_embedded_file_says_the_defaults_of_the_rules() {
        let config: Config = Figment::from(Toml::string(DEFAULTS)).extract().expect("readable");
        assert_eq!(config.settings(), Settings::default());
        assert_eq!(config.throttle, ThrottleSettings::default());
    }

    #[test]
    #[expect(clippy::result_large_err, reason = "the jail's own type of error")]
    fn every_number_of_a_section_comes_from_the_environment_too() {
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
