//! Chores of the project: `cargo xtask test`, `cargo xtask openapi`.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use carillon_wire::openapi;

/// The document as it is checked in, from the project's root.
const OPENAPI: &str = "openapi/openapi.json";

fn main() -> ExitCode {
    let done = match std::env::args().nth(1).as_deref() {
        Some("test") => test(),
        Some("openapi") => write_openapi(),
        _ => {
            eprintln!("usage: cargo xtask test | openapi");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Everything that has to pass: format, lints, the OpenAPI document, tests.
fn test() -> Result<()> {
    cargo(&["fmt", "--all", "--check"])?;
    cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"])?;
    let checked_in = std::fs::read_to_string(OPENAPI).with_context(|| format!("cannot read {OPENAPI}"))?;
    if checked_in != generated()? {
        bail!(
            "{OPENAPI} is not what the declarations say: run `cargo xtask openapi` and look at the difference"
        );
    }
    cargo(&["test", "--workspace"])
}

fn write_openapi() -> Result<()> {
    std::fs::write(OPENAPI, generated()?).with_context(|| format!("cannot write {OPENAPI}"))
}

fn generated() -> Result<String> {
    let mut text = serde_json::to_string_pretty(&openapi::document(&carillon_api::operations()))?;
    text.push('\n');
    Ok(text)
}

fn cargo(arguments: &[&str]) -> Result<()> {
    let status = Command::new(env!("CARGO")).args(arguments).status()?;
    if !status.success() {
        bail!("cargo {} failed", arguments.join(" "));
    }
    Ok(())
}
