//! Explains why a configuration is invalid. Values are not repeated, because a secret may be in the wrong key.

use std::path::Path;

use figment::{Source, error::Kind};

use super::{PREFIX, keys::suggestion};

/// The end of the message about an invalid address range.
const NO_ADDRESS: &str = "is no address and no range of addresses";

/// Explains an error. `file` is the configuration file, if there is one.
pub fn explain(error: figment::Error, file: Option<&Path>) -> String {
    error.into_iter().map(|error| describe(&error, file)).collect::<Vec<_>>().join("; ")
}

fn describe(error: &figment::Error, file: Option<&Path>) -> String {
    let key = error.path.join(".");
    let location = |key: &str| match &error.metadata {
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
            let full_key = match error.path.last() {
                Some(last) if last == name => key,
                Some(_) => format!("{key}.{name}"),
                None => name.clone(),
            };
            let suggestion = suggestion(name, known);
            let suggestion = suggestion.unwrap_or_else(|| format!("there are {}", known.join(", ")));
            return format!("there is no key `{name}`{}; {suggestion}", location(&full_key));
        }
        Kind::MissingField(name) => return format!("the key `{name}` has no value{}", location(&key)),
        Kind::InvalidType(_, expected) | Kind::InvalidValue(_, expected) => match expected.as_str() {
            "u8" | "u16" | "u32" | "u64" | "usize" => {
                "is not a whole number from zero on, or is too large".to_owned()
            }
            "i32" | "i64" => "is not a whole number, or is too large".to_owned(),
            expected => format!("is not {expected}"),
        },
        Kind::UnknownVariant(_, known) => format!("is none of {}", known.join(", ")),
        Kind::Message(text) if text.starts_with("TOML parse error") => {
            let location = file.map(|file| format!(" in {}", file.display())).unwrap_or_default();
            // The lines between contain the value. The reason follows the line with the mark below it.
            let mut lines = text.lines();
            let problem = lines.next().unwrap_or_default();
            let reason =
                lines.skip_while(|line| !line.trim_start().starts_with("| ") || !line.ends_with('^'));
            let reason = reason.skip(1).collect::<Vec<_>>().join(", ");
            let reason = if reason.is_empty() { reason } else { format!(": {reason}") };
            return format!("{problem}{location}{reason}");
        }
        Kind::Message(text) if text.ends_with(NO_ADDRESS) => NO_ADDRESS.to_owned(),
        _ => "cannot be used".to_owned(),
    };
    format!("the value of `{key}` {problem}{}", location(&key))
}
