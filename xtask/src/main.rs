//! Chores of the project: `cargo xtask test`, `cargo xtask openapi`.

mod conformance;
mod document;
mod install;
mod run;
mod test;

use std::process::ExitCode;

fn main() -> ExitCode {
    let done = match std::env::args().nth(1).as_deref() {
        Some("test") => test::all(),
        Some("openapi") => document::write(),
        _ => {
            eprintln!("usage: cargo xtask test | openapi");
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
