//! Limits of the configuration in both languages, and those that the operations declare.

use serde::Deserialize;

use crate::{Field, Operation, text::Text};

const EMBEDDED: &str = include_str!("../limits.toml");

/// A section of the configuration with limits.
#[derive(Clone, Debug)]
pub struct LimitSection {
    /// Its name in the configuration.
    pub name: String,
    /// Its title.
    pub title: Text,
    /// Its limits.
    pub limits: Vec<ConfiguredLimit>,
}

/// A limit that the configuration sets.
#[derive(Clone, Debug)]
pub struct ConfiguredLimit {
    /// The key with its section, such as `send.max_receivers`.
    pub key: String,
    /// What it limits.
    pub about: Text,
    /// Whether zero means that there is no limit.
    pub is_none_at_zero: bool,
}

/// The limits of one field of an operation.
#[derive(Clone, Debug)]
pub struct FieldLimits<'a> {
    /// The path of the field in the request, with dots.
    pub path: String,
    /// The field.
    pub field: &'a Field,
}

#[derive(Deserialize)]
struct Section {
    title: (String, String),
    keys: toml::Table,
}

#[derive(Deserialize)]
struct Key {
    zh: String,
    en: String,
    #[serde(default)]
    none: bool,
}

/// The limits of the configuration, in the order of the page.
pub(crate) fn sections() -> Vec<LimitSection> {
    // A test reads it.
    let sections: toml::Table = toml::from_str(EMBEDDED).unwrap_or_default();
    // The tables of the parser are sorted by name; the order is that of the file.
    let mut sections: Vec<(String, toml::Value)> = sections.into_iter().collect();
    sections.sort_by_key(|(name, _)| EMBEDDED.find(&format!("\n[{name}]\n")));
    sections.into_iter().filter_map(|(name, value)| section(name, value)).collect()
}

fn section(name: String, value: toml::Value) -> Option<LimitSection> {
    let Section { title: (zh, en), keys } = value.try_into().ok()?;
    let text = EMBEDDED.split_once(&format!("[{name}.keys]")).map_or("", |(_, text)| text);
    let mut keys: Vec<(String, Key)> =
        keys.into_iter().filter_map(|(key, value)| Some((key, value.try_into().ok()?))).collect();
    keys.sort_by_key(|(key, _)| text.find(&format!("\n{key} = ")));
    let limits = keys.into_iter().map(|(key, limit)| ConfiguredLimit {
        key: format!("{name}.{key}"),
        about: Text::new(limit.zh, limit.en),
        is_none_at_zero: limit.none,
    });
    Some(LimitSection { limits: limits.collect(), title: Text::new(zh, en), name })
}

impl Operation {
    /// The fields of its request that have limits, in their order.
    pub fn limited_fields(&self) -> Vec<FieldLimits<'_>> {
        let mut found = Vec::new();
        for field in self.parameters.iter().chain(&self.body) {
            collect("", field, &mut found);
        }
        found
    }
}

fn collect<'a>(above: &str, field: &'a Field, found: &mut Vec<FieldLimits<'a>>) {
    let path = if above.is_empty() { field.name.clone() } else { format!("{above}.{}", field.name) };
    if !field.limits.is_empty() {
        found.push(FieldLimits { path: path.clone(), field });
    }
    for inside in &field.fields {
        collect(&path, inside, found);
    }
}
