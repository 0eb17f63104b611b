//! Runs the examples of the API reference in all languages that Debian has a tool for.

use std::{fs, path::Path, process::Command};

use anyhow::Result;

use crate::{conformance::Server, install, run};

/// Compilers, interpreters, and the HTTP libraries that the examples use.
const DEBIAN_PACKAGES: [&str; 17] = [
    "clang",
    "curl",
    "default-jdk-headless",
    "gcc",
    "golang-go",
    "libcohttp-lwt-unix-ocaml-dev",
    "libcurl4-openssl-dev",
    "libgnustep-base-dev",
    "libmono-system-net-http4.0-cil",
    "mono-mcs",
    "ocaml-findlib",
    "ocaml-nox",
    "php-cli",
    "php-curl",
    "r-base-core",
    "r-cran-httr2",
    "ruby",
];
/// The grammars of the languages that Debian cannot run.
const GRAMMARS: &str = "conformance/examples/requirements.txt";
const DATA: &str = "target/proof/examples";
const FIXTURE: &str = "target/proof/examples.json";
const RESULTS: &str = "proof/examples.md";

/// Starts the program beside this one, runs the examples, and writes a table. It fails if one of them fails.
pub fn run() -> Result<()> {
    install::debian(&DEBIAN_PACKAGES)?;
    let python = std::path::absolute(install::python(GRAMMARS, Path::new("target/proof/python"))?)?;
    let clients = std::path::absolute(install::clients()?)?;
    let server = Server::start(Path::new(DATA))?;
    fs::write(FIXTURE, server.fixture.to_string())?;
    // The compilers must leave the machine to others.
    let mut proof = Command::new("nice");
    proof
        .args(["node", "conformance/examples/proof.mjs", FIXTURE])
        .arg(clients)
        .env("EXAMPLES_PYTHON", python);
    let table = run::capture(&mut proof)?;
    fs::write(RESULTS, &table)?;
    print!("{table}");
    Ok(())
}
