//! The configuration in force, and where each value comes from.

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
    /// Its value; one that may be secret is hidden.
    pub value: serde_json::Value,
    /// Where the value comes from.
    pub from: String,
}

/// Flags that were given on the command line or in their environment variable.
#[derive(Debug, Default)]
pub struct Given(BTreeMap<String, &'static str>);

impl Given {
    /// Those of a command.
    pub fn of(matches: &ArgMatches) -> Self {
        let mut of_command = matches;
        while let Some((_, matches)) = of_command.subcommand() {
            of_command = matches;
        }
        let given = of_command.ids().filter_map(|id| {
            let from = match of_command.value_source(id.as_str())? {
                ValueSource::CommandLine => "flag",
                ValueSource::EnvVariable => "environment",
                _ => return None,
            };
            Some((id.as_str().to_owned(), from))
        });
        Self(given.collect())
    }

    /// Where the value of a flag comes from.
    pub fn source(&self, flag: &str) -> &'static str {
        self.0.get(flag).copied().unwrap_or("default")
    }
}

/// Every key in order.
pub fn list(figment: &Figment, given: &Given) -> Vec<Setting> {
    let mut settings = Vec::new();
    for (_, keys) in figment.data().unwrap_or_default() {
        for (key, value) in keys {
            flatten(key, &value, figment, given, &mut settings);
        }
    }
    settings
}

fn flatten(key: String, value: &Value, figment: &Figment, given: &Given, settings: &mut Vec<Setting>) {
    if let Value::Dict(_, inside) = value {
        for (name, value) in inside {
            flatten(format!("{key}.{name}"), value, figment, given, settings);
        }
        return;
    }
    let shown = match value {
        _ if is_secret(&key) => HIDDEN.into(),
        Value::String(_, text) if key.ends_with("url") => masked_url(text).into(),
        value => serde_json::to_value(value).unwrap_or_default(),
    };
    let from = source(&key, value.tag(), figment, given);
    settings.push(Setting { key, value: shown, from });
}

fn source(key: &str, tag: Tag, figment: &Figment, given: &Given) -> String {
    let Some(metadata) = figment.get_metadata(tag) else { return "default".to_owned() };
    match &metadata.source {
        Some(Source::File(file)) => format!("file {}", file.display()),
        _ if metadata.name.contains("environment variable") => "environment".to_owned(),
        // What is neither of the files nor of the environment is a flag, or the default.
        _ => given.source(key).to_owned(),
    }
}
