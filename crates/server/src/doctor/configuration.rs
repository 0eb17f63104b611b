//! The effective configuration with the source of each value.

use std::collections::BTreeMap;

use clap::{ArgMatches, parser::ValueSource};
use figment::{
    Figment, Provider, Source,
    value::{Tag, Value},
};
use serde::Serialize;

use super::secrets::{HIDDEN, is_secret, masked_url};

/// A key of the configuration.
#[derive(Debug, Serialize)]
pub struct Setting {
    /// The key, such as `send.max_receivers`.
    pub key: String,
    /// The value. A possible secret is hidden.
    pub value: serde_json::Value,
    /// The source: `default`, `file PATH`, `environment` or `flag`.
    pub from: String,
}

/// The flags that were set on the command line or by their environment variable.
#[derive(Debug, Default)]
pub struct FlagSources(BTreeMap<String, &'static str>);

impl FlagSources {
    /// Returns the flags of the innermost subcommand.
    pub fn of(matches: &ArgMatches) -> Self {
        let mut innermost = matches;
        while let Some((_, matches)) = innermost.subcommand() {
            innermost = matches;
        }
        let sources = innermost.ids().filter_map(|id| {
            let from = match innermost.value_source(id.as_str())? {
                ValueSource::CommandLine => "flag",
                ValueSource::EnvVariable => "environment",
                _ => return None,
            };
            Some((id.as_str().to_owned(), from))
        });
        Self(sources.collect())
    }

    /// Returns the source of a flag's value.
    pub fn source(&self, flag: &str) -> &'static str {
        self.0.get(flag).copied().unwrap_or("default")
    }
}

/// Lists all keys in order.
pub fn list(figment: &Figment, sources: &FlagSources) -> Vec<Setting> {
    let mut settings = Vec::new();
    for (_, keys) in figment.data().unwrap_or_default() {
        for (key, value) in keys {
            flatten(key, &value, figment, sources, &mut settings);
        }
    }
    settings
}

fn flatten(
    key: String,
    value: &Value,
    figment: &Figment,
    sources: &FlagSources,
    settings: &mut Vec<Setting>,
) {
    if let Value::Dict(_, dict) = value {
        for (name, value) in dict {
            flatten(format!("{key}.{name}"), value, figment, sources, settings);
        }
        return;
    }
    let masked = match value {
        _ if is_secret(&key) => HIDDEN.into(),
        Value::String(_, text) if key.ends_with("url") => masked_url(text).into(),
        value => serde_json::to_value(value).unwrap_or_default(),
    };
    let from = source(&key, value.tag(), figment, sources);
    settings.push(Setting { key, value: masked, from });
}

fn source(key: &str, tag: Tag, figment: &Figment, sources: &FlagSources) -> String {
    let Some(metadata) = figment.get_metadata(tag) else { return "default".to_owned() };
    match &metadata.source {
        Some(Source::File(file)) => format!("file {}", file.display()),
        _ if metadata.name.contains("environment variable") => "environment".to_owned(),
        // Values from neither a file nor the environment are flags or defaults.
        _ => sources.source(key).to_owned(),
    }
}
