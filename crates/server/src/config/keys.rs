//! The known keys, taken from the embedded file, and suggestions for unknown ones.

use std::collections::{BTreeMap, BTreeSet};

use carillon_model::suggestion::{did_you_mean, nearest};

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
    let has_prefix =
        |name: &String| name.get(..PREFIX.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(PREFIX));
    let mut unknown: Vec<String> =
        names.filter(has_prefix).filter(|name| !known.contains(&name.to_ascii_uppercase())).collect();
    unknown.sort();
    let Some(name) = unknown.first() else { return Ok(()) };
    let suggestion = did_you_mean(name, known.iter().map(String::as_str));
    let name = name.escape_debug();
    Err(Usage::error(format!(
        "no key and no flag has the environment variable {name} (`carillon config` prints all keys){suggestion}"
    )))
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
        for known in ["CARILLON_DATA", "CARILLON_SEND_DAILY", "carillon_listen", "CARILLON", "PATH", "HOME"] {
            assert_eq!(check(known), Ok(()), "{known}");
        }
        for (name, suggestion) in [
            ("CARILLON_SNED_DAILY", "CARILLON_SEND_DAILY"),
            ("CARILLON_LISTN", "CARILLON_LISTEN"),
            ("CARILLON_DTAA", "CARILLON_DATA"),
            ("CARILLON_SEND__DAILY", "CARILLON_SEND_DAILY"),
        ] {
            let message = check(name).unwrap_err();
            assert!(
                message.contains(name) && message.ends_with(&format!("; did you mean \"{suggestion}\"?")),
                "{message}"
            );
        }
        assert!(check("CARILLON_ALLOW_DING").is_err(), "no variable sets [allow]");
    }
}
