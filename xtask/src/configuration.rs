//! Generates docs/CONFIGURATION.md from the default configuration file, which `carillon config` prints.

use std::{fmt::Write, fs};

use anyhow::{Context, Result, bail};

/// Relative to the root of the project.
const DEFAULTS: &str = "crates/server/src/config.default.toml";
const PAGE: &str = "docs/CONFIGURATION.md";

const HEAD: &str = "\
# Configuration

<!-- Written by `cargo xtask configuration` from crates/server/src/config.default.toml: change that file. -->

";

/// Writes the page.
pub fn write() -> Result<()> {
    fs::write(PAGE, generated()?).with_context(|| format!("cannot write {PAGE}"))
}

/// Fails if the page differs from the default file.
pub fn check() -> Result<()> {
    let checked_in = fs::read_to_string(PAGE).with_context(|| format!("cannot read {PAGE}"))?;
    if checked_in != generated()? {
        bail!("{PAGE} does not match {DEFAULTS}: run `cargo xtask configuration`");
    }
    Ok(())
}

fn generated() -> Result<String> {
    let defaults = fs::read_to_string(DEFAULTS).with_context(|| format!("cannot read {DEFAULTS}"))?;
    page(&defaults)
}

/// The page of a default file: paragraphs of comments without a key, sections, and a table of the keys of each.
fn page(defaults: &str) -> Result<String> {
    let mut page = HEAD.to_owned();
    let mut comment: Vec<&str> = Vec::new();
    let mut section = "";
    // The latest key of the section that has a comment. Keys without a comment share it.
    let mut commented = None;
    let mut is_in_table = false;
    for line in defaults.lines() {
        let line = line.trim();
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            section = name;
            (is_in_table, commented) = (false, None);
            write!(page, "\n## `[{name}]`\n\n{}\n", comment.join(" "))?;
            comment.clear();
        } else if let Some((key, value)) = key_of(line) {
            if !is_in_table {
                page.push_str("\n| key | default | environment | |\n|---|---|---|---|\n");
                is_in_table = true;
            }
            let default =
                if line.starts_with('#') { format!("none; such as `{value}`") } else { format!("`{value}`") };
            let environment = if section == "allow" { "-".to_owned() } else { environment(section, key) };
            let text = comment.join(" ").replace('|', "\\|");
            let text = match (text.is_empty(), commented) {
                (true, Some(commented)) => format!("See `{commented}`."),
                _ => {
                    commented = Some(key);
                    text
                }
            };
            writeln!(page, "| `{key}` | {default} | {environment} | {text} |")?;
            comment.clear();
        } else if let Some(text) = line.strip_prefix('#') {
            comment.push(text.trim());
        } else if line.is_empty() && !comment.is_empty() {
            writeln!(page, "{}", comment.join(" "))?;
            comment.clear();
        } else if !line.is_empty() {
            bail!("{DEFAULTS}: neither a comment, a section nor a key: {line}");
        }
    }
    Ok(page)
}

/// A key and its value. One that is commented out has no default.
fn key_of(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.trim_start_matches(['#', ' ']).split_once(" = ")?;
    let is_key = !key.is_empty() && key.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_');
    is_key.then_some((key, value))
}

fn environment(section: &str, key: &str) -> String {
    let name = if section.is_empty() { key.to_owned() } else { format!("{section}_{key}") };
    format!("`CARILLON_{}`", name.to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_their_comments_defaults_and_variables() {
        let defaults = "# A file.\n\n# Where.\nlisten = \"a:1\"\n\n# Limits.\n[send]\n# At most.\n# Two lines | one.\nmax = 3\n\
                        # Or none.\n# file = \"x\"\nside = 1\n";
        let expected = "A file.\n\n| key | default | environment | |\n|---|---|---|---|\n\
                        | `listen` | `\"a:1\"` | `CARILLON_LISTEN` | Where. |\n\n## `[send]`\n\nLimits.\n\n\
                        | key | default | environment | |\n|---|---|---|---|\n\
                        | `max` | `3` | `CARILLON_SEND_MAX` | At most. Two lines \\| one. |\n\
                        | `file` | none; such as `\"x\"` | `CARILLON_SEND_FILE` | Or none. |\n\
                        | `side` | `1` | `CARILLON_SEND_SIDE` | See `file`. |\n";
        assert_eq!(page(defaults).unwrap().strip_prefix(HEAD).unwrap(), expected);
    }

    #[test]
    fn an_invalid_line_is_an_error() {
        assert!(page("max=3\n").is_err());
    }
}
