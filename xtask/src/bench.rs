//! Benchmarks of Carillon against baselines, as ratios.

use std::process::Command;

use anyhow::Result;

use crate::{install, run};

/// The profile of releases.
const PROFILE: &str = "dist";

/// Builds with optimisation, and runs the named benchmarks, or all.
pub fn run(named: &[String]) -> Result<()> {
    install::debian(&["wrk"])?;
    let build =
        ["build", "--profile", PROFILE, "--package", "carillon-server", "--package", "carillon-bench"];
    run::show(Command::new(env!("CARGO")).args(build))?;
    run::show(Command::new(format!("target/{PROFILE}/carillon-bench")).args(named))
}
