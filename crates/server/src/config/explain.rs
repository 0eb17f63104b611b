//! Why a configuration cannot be used, in words for whoever wrote it. Values are not repeated: a secret may stand in the wrong place.

use std::path::Path;

use figment::{Source, error::Kind};

use super::{PREFIX, keys::meant};

/// The end of the message about a range of addresses.
const NO_ADDRESS: &str = "is no address and no range of addresses";

/// Why it cannot be used. `file` is where it is read from, beside the environment and flags.
pub fn explain(error: figment::Error, file: Option<&Path>) -> String {
    error.into_iter().map(|error| one(&error, file)).collect::<Vec<_>>().join("; ")
}

fn one(error: &figment::Error, file: Option<&Path>) -> String {
    let key = error.path.join(".");
    let place = |key: &str| match &error.metadata {
        Some(metadata) if metadata.name.contains("environment variable") => {
            format!(" (environment variable {PREFIX}{})", key.replace('.', "_").to_ascii_uppercase())
        }
        Some(metadata) => match &metadata.source {
            Some(Source::File(file)) => format!(" in {}", file.display()),
            _ => String::new(),
        },
        None => String::new(),
    };
    let problem = match &error.kind {
        Kind::UnknownField(name, known) => {
            let whole = match error.path.last() {
                Some(last) if last == name => key,
                Some(_) => format!("{key}.{name}"),
                None => name.clone(),
            };
            let meant = meant(name, known);
            let meant = meant.unwrap_or_else(|| format!("there are {}", known.join(", ")));
            return format!("there is no key `{name}`{}; {meant}", place(&whole));
        }
        Kind::MissingField(name) => return format!("the key `{name}` has no value{}", place(&key)),
        Kind::InvalidType(_, expected) | Kind::InvalidValue(_, expected) => match expected.as_str() {
            "u8" | "u16" | "u32" | "u64" | "usize" => {
                "is not a whole number from zero on, or is too large".to_owned()
            }
            "i32" | "i64" => "is not a whole number, or is too large".to_owned(),
            expected => format!("is not {expected}"),
        },
        Kind::UnknownVariant(_, known) => format!("is none of {}", known.join(", ")),
        Kind::Message(text) if text.starts_with("TOML parse error") => {
            let place = file.map(|file| format!(" in {}", file.display())).unwrap_or_default();
            return format!("{}{place}", text.lines().next().unwrap_or_default());
        }
        Kind::Message(text) if text.ends_with(NO_ADDRESS) => NO_ADDRESS.to_owned(),
        _ => "cannot be used".to_owned(),
    };
    format!("the value of `{key}` {problem}{}", place(&key))
}
