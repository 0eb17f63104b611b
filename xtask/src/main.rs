//! Tasks of the project. CONTRIBUTING.md describes each.

mod bench;
mod configuration;
mod conformance;
mod deny;
mod document;
mod examples;
mod fuzz;
mod install;
mod run;
mod soak;
mod test;
mod viewers;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.first().map(String::as_str) {
        Some("check") => test::check(),
        Some("test") => test::all(),
        Some("schemathesis") => install::all().and_then(|tools| document::check_server(&tools)),
        Some("conformance") => install::all().and_then(|tools| conformance::run(&tools)),
        Some("deny") => install::dependency_tools().and_then(|tools| deny::check(&tools)),
        Some("openapi") => document::write(),
        Some("configuration") => configuration::write(),
        Some("bench") => bench::run(&arguments[1..]),
        Some("fuzz") => fuzz::run(&arguments[1..]),
        Some("proof") => proof(&arguments[1..]),
        _ => {
            eprintln!(
                "usage: cargo xtask check | test | deny | schemathesis | conformance | openapi | configuration | bench [NAME…] | \
                 fuzz SECONDS [TARGET…] | proof [examples | reference | soak [MINUTES]]"
            );
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

/// Runs one of the long proofs, or all of them. Their results are in `proof/`; the tests run a short form of each.
fn proof(arguments: &[String]) -> anyhow::Result<()> {
    match arguments.first().map(String::as_str) {
        None => examples::run().and_then(|()| viewers::run()).and_then(|()| soak::run(&[])),
        Some("examples") => examples::run(),
        Some("reference") => viewers::run(),
        Some("soak") => soak::run(&arguments[1..]),
        Some(other) => {
            anyhow::bail!("there is no proof called {other}: there are examples, reference and soak")
        }
    }
}
