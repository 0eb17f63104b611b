//! Chores of the project: `cargo xtask test`, `cargo xtask openapi`, `cargo xtask bench`, `cargo xtask fuzz`,
//! `cargo xtask soak`.

mod bench;
mod conformance;
mod document;
mod fuzz;
mod install;
mod run;
mod soak;
mod test;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.first().map(String::as_str) {
        Some("test") => test::all(),
        Some("schemathesis") => install::all().and_then(|tools| document::hold_server_to_it(&tools)),
        Some("conformance") => install::all().and_then(|tools| conformance::run(&tools)),
        Some("openapi") => document::write(),
        Some("bench") => bench::run(&arguments[1..]),
        Some("fuzz") => fuzz::run(&arguments[1..]),
        Some("soak") => soak::run(&arguments[1..]),
        _ => {
            eprintln!(
                "usage: cargo xtask test | schemathesis | conformance | openapi | bench [NAME…] | fuzz SECONDS [TARGET…] | \
                 soak [MINUTES]"
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
