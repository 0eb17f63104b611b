//! The checked-in OpenAPI document.

use std::{path::Path, process::Command};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{conformance::Program, install::Tools, run};

/// Writes the document and `docs/PERMISSIONS.md`. A test generates them, and compares them without this variable.
pub fn write() -> Result<()> {
    let tests = ["test", "--quiet", "--workspace", "--test", "api", "--", "generated"];
    run::show(Command::new(env!("CARGO")).args(tests).env("CARILLON_WRITE_DOCUMENTS", "1"))
}

/// Sends a started server the requests of the checked-in document. Each response must match it.
pub fn check_server(tools: &Tools) -> Result<()> {
    let data = Path::new("target/conformance/openapi-data");
    let _ = std::fs::remove_dir_all(data);
    let server = Program::start(&["demo", "--members", "50"], data)?;
    let suite = ["-B", "conformance/openapi", &server.url];
    run::show(Command::new(&tools.document_tools).args(suite).arg(data.join("demo.json")))
}

/// The operations of the checked-in document.
pub fn operations() -> Result<Vec<Value>> {
    let document: Value = serde_json::from_slice(&std::fs::read("openapi/openapi.json")?)?;
    let paths = document["paths"].as_object().context("no paths")?;
    let methods = paths.values().filter_map(Value::as_object);
    Ok(methods.flat_map(|methods| methods.values().cloned()).collect())
}
