//! Everything that has to pass.

use std::process::Command;

use anyhow::Result;

use crate::{conformance, document, install, run};

/// Format, lints, the OpenAPI document, tests in Rust, the server held to the document, and then the official clients and a browser.
pub fn all() -> Result<()> {
    cargo(&["fmt", "--all", "--check"])?;
    cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"])?;
    document::check()?;
    let tools = install::all()?;
    cargo(&["test", "--workspace"])?;
    document::hold_server_to_it(&tools)?;
    conformance::run(&tools)
}

fn cargo(arguments: &[&str]) -> Result<()> {
    run::shown(Command::new(env!("CARGO")).args(arguments))
}
