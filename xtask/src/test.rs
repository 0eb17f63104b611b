//! Everything that must pass.

use std::process::Command;

use anyhow::Result;

use crate::{configuration, conformance, deny, document, install, permissions, run};

/// Format, lints, the generated documents, dependencies, tests in Rust, the server against the document, and then
/// the official clients and a browser.
pub fn all() -> Result<()> {
    cargo(&["fmt", "--all", "--check"])?;
    cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"])?;
    document::check()?;
    permissions::check()?;
    configuration::check()?;
    let tools = install::all()?;
    deny::check(&tools.dependency_tools)?;
    cargo(&["test", "--workspace"])?;
    document::check_server(&tools)?;
    conformance::run(&tools)
}

/// The checks that take little time and install nothing: format, lints, the generated documents, and all tests in
/// Rust but those that start the program.
pub fn check() -> Result<()> {
    cargo(&["fmt", "--all", "--check"])?;
    cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"])?;
    document::check()?;
    permissions::check()?;
    configuration::check()?;
    cargo(&["test", "--quiet", "--workspace", "--exclude", "carillon-server"])?;
    cargo(&["test", "--quiet", "--package", "carillon-server", "--bins"])
}

fn cargo(arguments: &[&str]) -> Result<()> {
    run::show(Command::new(env!("CARGO")).args(arguments))
}
