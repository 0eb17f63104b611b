//! The checked-in OpenAPI document.

use std::{path::Path, process::Command};

use anyhow::{Context, Result, bail};
use carillon_wire::openapi;
use serde::Serialize;
use serde_json::{Serializer, ser::PrettyFormatter};

use crate::{conformance::Program, install::Tools, run};

/// Relative to the root of the project.
const PATH: &str = "openapi/openapi.json";

/// Writes the document.
pub fn write() -> Result<()> {
    std::fs::write(PATH, generated()?).with_context(|| format!("cannot write {PATH}"))
}

/// Fails if the document differs from the declarations.
pub fn check() -> Result<()> {
    let checked_in = std::fs::read_to_string(PATH).with_context(|| format!("cannot read {PATH}"))?;
    if checked_in != generated()? {
        bail!(
            "{PATH} is not what the declarations say: run `cargo xtask openapi` and look at the difference"
        );
    }
    Ok(())
}

/// Sends a started server the requests of the checked-in document. Each response must match it.
pub fn check_server(tools: &Tools) -> Result<()> {
    let data = Path::new("target/conformance/openapi-data");
    let _ = std::fs::remove_dir_all(data);
    let server = Program::start(&["demo", "--members", "50"], data)?;
    let suite = ["-B", "conformance/openapi", &server.url];
    run::show(Command::new(&tools.document_tools).args(suite).arg(data.join("demo.json")))
}

/// The document with line breaks for comparison, and minimal indentation.
fn generated() -> Result<String> {
    let mut text = Vec::new();
    let mut lines = Serializer::with_formatter(&mut text, PrettyFormatter::with_indent(b" "));
    openapi::document(&carillon_api::operations()).serialize(&mut lines)?;
    text.push(b'\n');
    Ok(String::from_utf8(text)?)
}
