//! The facts of the public documentation (`tests/facts`), and the lists of known deviations.

use std::collections::BTreeSet;

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

/// An operation as it is documented.
#[derive(Deserialize)]
pub struct Documented {
    pub id: String,
    pub host: String,
    pub method: String,
    pub path: String,
    pub permission: Option<String>,
    pub app_types: Vec<String>,
    pub request: Vec<Field>,
    pub response: Vec<Field>,
    pub errors: Vec<DocumentedError>,
}

/// A field of a request or a response.
#[derive(Clone, Deserialize)]
pub struct Field {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub required: bool,
    /// Whether the field is a list of its type.
    #[serde(default)]
    pub list: bool,
    /// Whether the field is a text of items between commas. Carillon declares it as a list.
    #[serde(default)]
    pub csv: bool,
    pub min_len: Option<i64>,
    pub max_len: Option<i64>,
    pub max_items: Option<i64>,
    pub min: Option<i64>,
    pub max: Option<i64>,
    #[serde(default, rename = "enum")]
    pub values: Vec<Value>,
    #[serde(default)]
    pub fields: Vec<Field>,
    /// Location of a top-level field of a request: path, query or body. Empty otherwise.
    #[serde(default, rename = "place")]
    pub location: String,
}

/// An error that the page of an operation names.
#[derive(Deserialize)]
pub struct DocumentedError {
    pub code: Code,
    pub http: u16,
}

/// A number on the legacy host, a text on the v1.0 host.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(untagged)]
pub enum Code {
    Number(i64),
    Text(String),
}

impl std::fmt::Display for Code {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(formatter, "{number}"),
            Self::Text(text) => formatter.write_str(text),
        }
    }
}

/// All documented operations.
pub fn documented() -> Vec<Documented> {
    read("tests/facts/endpoints.json")
}

/// The codes that any operation may return.
pub fn global_errors() -> Vec<DocumentedError> {
    read("tests/facts/errors.json")
}

fn read<T: DeserializeOwned>(path: &str) -> T {
    serde_json::from_str(&text(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The lines of a list, without comments.
pub fn list_lines(name: &str) -> BTreeSet<String> {
    let text = text(&format!("tests/contract/{name}"));
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

/// The lines of a list in which each has a reason after ` | `.
pub fn list_lines_with_reasons(name: &str) -> BTreeSet<String> {
    let lines = list_lines(name).into_iter();
    lines
        .map(|line| match line.split_once(" | ") {
            Some((what, reason)) if !reason.trim().is_empty() => what.to_owned(),
            _ => panic!("{name}: no reason: {line}"),
        })
        .collect()
}

fn text(path: &str) -> String {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Asserts that the deviations are exactly those of the list. A new one is a regression, and an obsolete line
/// could hide the next one.
pub fn compare(found: &[String], name: &str, list: &BTreeSet<String>) {
    let new: Vec<_> = found.iter().filter(|one| !list.contains(*one)).map(String::as_str).collect();
    let idle: Vec<_> = list.iter().filter(|one| !found.contains(one)).map(String::as_str).collect();
    assert!(
        new.is_empty() && idle.is_empty(),
        "\nto be fixed, or listed in {name}:\n{}\nto be removed from {name}, because it no longer applies:\n{}",
        new.join("\n"),
        idle.join("\n")
    );
}
