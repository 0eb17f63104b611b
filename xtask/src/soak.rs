//! A long run under steady load.

use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::run;

const MINUTES: u64 = 10;
/// Fewer samples prove nothing.
const LEAST_MINUTES: u64 = 5;
const TEST: &str = "soak::a_steady_load_does_not_grow_the_server";

/// Runs the test of a steady load for some minutes, with optimisation. It prints a line every half minute, and
/// fails unless every measure stays flat.
pub fn run(arguments: &[String]) -> Result<()> {
    let minutes = match arguments.first() {
        Some(minutes) => minutes.parse().context("minutes are a number")?,
        None => MINUTES,
    };
    ensure!(minutes >= LEAST_MINUTES, "at least {LEAST_MINUTES} minutes: the tests run a short form");
    let test = ["test", "--release", "--package", "carillon-server", "--test", "program", "--"];
    run::show(
        Command::new(env!("CARGO"))
            .args(test)
            .args(["--exact", "--nocapture", TEST])
            .env("SOAK_SECONDS", (minutes * 60).to_string()),
    )
}
