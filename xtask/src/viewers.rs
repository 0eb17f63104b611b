//! Compares the reference with other viewers of OpenAPI documents, in a browser.

use std::{fs, path::Path, process::Command};

use anyhow::Result;

use crate::{conformance::Server, install, run};

const DATA: &str = "target/proof/reference";
const FIXTURE: &str = "target/proof/reference.json";
const RESULTS: &str = "proof/reference.md";

/// Starts the program beside this one, opens one operation in each viewer, and writes a table.
pub fn run() -> Result<()> {
    install::clients()?;
    install::browser()?;
    install::viewers()?;
    let server = Server::start(Path::new(DATA))?;
    fs::write(FIXTURE, server.fixture.to_string())?;
    let table = run::capture(Command::new("node").args(["conformance/viewers/main.mjs", FIXTURE]))?;
    fs::write(RESULTS, &table)?;
    print!("{table}");
    Ok(())
}
