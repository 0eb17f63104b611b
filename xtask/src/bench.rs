//! What Carillon costs, as ratios.

use std::process::Command;

use anyhow::Result;

use crate::{install, run};

/// That of what is handed out.
const PROFILE: &str = "dist";

/// Builds for speed, and runs the benchmarks that are named, or all.
pub fn run(named: &[String]) -> Result<()> {
    install::debian(&["wrk"])?;
    let build =
        ["build", "--profile", PROFILE, "--package", "carillon-server", "--package", "carillon-bench"];
    run::shown(Command::new(env!("CARGO")).args(build))?;
    run::shown(Command::new(format!("target/{PROFILE}/carillon-bench")).args(named))
}
