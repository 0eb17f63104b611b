//! The known keys, taken from the embedded file, and suggestions for unknown ones.

use std::collections::{BTreeMap, BTreeSet};

use carillon_model::suggestion::nearest;

use super::{DEFAULTS, PREFIX};
use crate::usage::Usage;

/// The section with arbitrary keys.
const FREE_SECTION: &str = "allow";

/// Returns the keys of each section. Keys outside of sections are in the section "".
pub fn by_section() -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut sections = BTreeMap::from([("", Vec::new())]);
    let mut section = "";
    for line in DEFAULTS.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name;
            sections.insert(section, Vec::new());
        } else if section != FREE_SECTION
            && let Some((key, _)) = line.strip_prefix("# ").unwrap_or(line).split_once(" = ")
            && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
            && let Some(keys) = sections.get_mut(section)
        {
            // A key without a default is commented out.
            keys.push(key);
        }
    }
    sections
}

/// Returns the environment variables of all keys.
fn variables() -> BTreeSet<String> {
    let of_section = |(section, keys): (&str, Vec<&str>)| {
        let separator = if section.is_empty() { "" } else { "_" };
        let variable = |key: &str| format!("{PREFIX}{section}{separator}{key}").to_ascii_uppercase();
        keys.into_iter().map(variable).collect::<Vec<_>>()
    };
    by_section().into_iter().flat_map(of_section).collect()
}

/// Refuses unknown environment variables with the prefix, which are mistyped. `flag_variables` are the variables of flags.
///
/// # Errors
/// The first unknown variable.
pub fn refuse_unknown_variables(
    names: impl Iterator<Item = String>,
    flag_variables: &BTreeSet<String>,
) -> anyhow::Result<()> {
    let known: BTreeSet<String> = variables().into_iter().chain(flag_variables.iter().cloned()).collect();
    let mut unknown: Vec<(String, String)> =
        names.filter_map(|name| Some((suggest_variable(&name, &known)?, name))).collect();
    unknown.sort_by(|one, other| one.1.cmp(&other.1));
    let Some((suggestion, name)) = unknown.first() else { return Ok(()) };
    let name = name.escape_debug();
    Err(Usage::error(format!(
        "no key and no flag has the environment variable {name} (`carillon config` prints all keys){suggestion}"
    )))
}

/// Returns the suggestion for a mistyped variable, which is empty if no known one is near; `None` for a known variable, and for one of
/// another program.
fn suggest_variable(name: &str, known: &BTreeSet<String>) -> Option<String> {
    let upper = name.to_ascii_uppercase();
    if known.contains(&upper) {
        return None;
    }
    let Some(rest) = upper.strip_prefix(PREFIX) else {
        // The prefix is mistyped if it is near, and the rest is right.
        let (prefix, rest) = upper.split_once('_')?;
        let meant = format!("{PREFIX}{rest}");
        let is_near = nearest(prefix, [PREFIX.trim_end_matches('_')]).is_some();
        return (is_near && known.contains(&meant)).then(|| format!("; did you mean \"{meant}\"?"));
    };
    // The prefix is equal, so it says nothing about how near two names are.
    let meant = nearest(rest, known.iter().filter_map(|known| known.strip_prefix(PREFIX)));
    Some(meant.map_or_else(String::new, |meant| format!("; did you mean \"{PREFIX}{meant}\"?")))
}

/// Suggests a key for an unknown one: one of `siblings`, else one of another section.
pub fn suggestion(name: &str, siblings: &[&str]) -> Option<String> {
    if let Some(key) = nearest(name, siblings.iter().copied()) {
        return Some(format!("did you mean `{key}`?"));
    }
    let sections = by_section();
    let other_section =
        sections.iter().find_map(|(section, keys)| Some((section, nearest(name, keys.iter().copied())?)));
    other_section.map(|(section, key)| match *section {
        "" => format!("did you mean `{key}`, above all sections?"),
        section => format!("did you mean `{key}` of [{section}]?"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_without_a_default_are_known_too() {
        let keys = by_section();
        assert_eq!(keys[""], ["listen", "log", "public_url", "metrics_listen"]);
        assert_eq!(keys["tls"], ["certificate_file", "key_file", "reload_seconds"]);
        assert!(keys["delivery"].contains(&"ca_file"), "{:?}", keys["delivery"]);
        assert!(keys[FREE_SECTION].is_empty());
    }

    #[test]
    fn a_mistyped_variable_is_refused_with_the_nearest_one() {
        let flags = BTreeSet::from(["CARILLON_DATA".to_owned()]);
        let check = |name: &str| {
            let result = refuse_unknown_variables([name.to_owned()].into_iter(), &flags);
            result.map_err(|error| error.to_string())
        };
        for known in [
            "CARILLON_DATA",
            "CARILLON_SEND_DAILY",
            "carillon_listen",
            "CARILLON",
            "PATH",
            "HOME",
            "CAROLINE_HOME",
        ] {
            assert_eq!(check(known), Ok(()), "{known}");
        }
        for (name, suggestion) in [
            ("CARILLON_SNED_DAILY", "CARILLON_SEND_DAILY"),
            ("CARILLON_LISTN", "CARILLON_LISTEN"),
            ("CARILLON_DTAA", "CARILLON_DATA"),
            ("CARILLON_SEND__DAILY", "CARILLON_SEND_DAILY"),
            ("CARILON_LISTEN", "CARILLON_LISTEN"),
            ("carillion_send_daily", "CARILLON_SEND_DAILY"),
        ] {
            let message = check(name).unwrap_err();
            assert!(
                message.contains(name) && message.ends_with(&format!("; did you mean \"{suggestion}\"?")),
                "{message}"
            );
        }
        assert!(check("CARILLON_ALLOW_DING").is_err(), "no variable sets [allow]");
        let message = check("CARILLON_PORT").unwrap_err();
        assert!(!message.contains("did you mean"), "no variable is near: {message}");
    }
}
