//! The OpenAPI document as it is checked in.

use std::{path::Path, process::Command};

use anyhow::{Context, Result, bail};
use carillon_wire::openapi;
use serde::Serialize;
use serde_json::{Serializer, ser::PrettyFormatter};

use crate::{conformance::Program, install::Tools, run};

/// From the project's root.
const PATH: &str = "openapi/openapi.json";

/// Writes it anew.
pub fn write() -> Result<()> {
    std::fs::write(PATH, generated()?).with_context(|| format!("cannot write {PATH}"))
}

/// Fails unless it is what the declarations say.
pub fn check() -> Result<()> {
    let checked_in = std::fs::read_to_string(PATH).with_context(|| format!("cannot read {PATH}"))?;
    if checked_in != generated()? {
        bail!(
            "{PATH} is not what the declarations say: run `cargo xtask openapi` and look at the difference"
        );
    }
    Ok(())
}

/// Sends a started server what the checked-in document describes: each response has to be as it says.
pub fn hold_server_to_it(tools: &Tools) -> Result<()> {
    let data = Path::new("target/conformance/openapi-data");
    let _ = std::fs::remove_dir_all(data);
    let server = Program::start(&["demo", "--members", "50"], data)?;
    let suite = ["-B", "conformance/openapi", &server.url];
    run::shown(Command::new(&tools.document_tools).args(suite).arg(data.join("demo.json")))
}

/// With lines to compare, and no more bytes than that takes.
fn generated() -> Result<String> {
    let mut text = Vec::new();
    let mut lines = Serializer::with_formatter(&mut text, PrettyFormatter::with_indent(b" "));
    openapi::document(&carillon_api::operations()).serialize(&mut lines)?;
    text.push(b'\n');
    Ok(String::from_utf8(text)?)
}
