//! Everything that must pass.

use std::{path::Path, process::Command};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{configuration, conformance, deny, document, install, run};

/// A folder in memory, where tests put their data folders: on a disk they would mostly wait.
const MEMORY: &str = "/dev/shm";
/// The tests that start the program.
const PROGRAM_TESTS: &str = "program";

/// Format, lints, the generated documents, the program alone, dependencies, tests in Rust, the server against the document, and then
/// the official clients and a browser.
pub fn all() -> Result<()> {
    lint()?;
    // As `cargo run` builds it: features that only other packages of the workspace enable are missing there.
    run::show(&mut cargo(&["check", "--package", "carillon-server"]))?;
    let tools = install::all()?;
    deny::check(&tools.dependency_tools)?;
    run::show(&mut cargo(&["test", "--workspace"]))?;
    document::check_server(&tools)?;
    conformance::run(&tools)
}

/// The checks that take little time and install nothing: format, lints, the generated documents, and all tests in
/// Rust but those that start the program. Tests with many random cases run a part of them.
pub fn check() -> Result<()> {
    lint()?;
    // One command for the whole workspace: features of dependencies differ between packages, so that a command for one of them would build
    // everything again.
    let mut test = cargo(&["test", "--quiet", "--workspace", "--lib", "--bins"]);
    for name in tests()? {
        test.args(["--test", &name]);
    }
    if Path::new(MEMORY).is_dir() {
        test.env("TMPDIR", MEMORY);
    }
    run::show(test.env("CARILLON_SHORT_TESTS", "1"))
}

fn lint() -> Result<()> {
    run::show(&mut cargo(&["fmt", "--all", "--check"]))?;
    run::show(&mut cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]))?;
    configuration::check()
}

/// The names of all test targets but the tests of the program.
fn tests() -> Result<Vec<String>> {
    let metadata = run::capture(&mut cargo(&["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let packages = metadata["packages"].as_array().context("no packages")?;
    let targets = packages.iter().filter_map(|package| package["targets"].as_array()).flatten();
    let tests = targets.filter(|target| target["kind"][0] == "test" && target["name"] != PROGRAM_TESTS);
    Ok(tests.filter_map(|target| target["name"].as_str().map(str::to_owned)).collect())
}

fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments);
    command
}
