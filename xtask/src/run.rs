//! Runs other programs. The error of a failed one is its command line.

use std::{
    ffi::OsStr,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

/// Runs a program, and lets it print.
pub fn show(command: &mut Command) -> Result<()> {
    let status =
        without_settings(command).status().with_context(|| format!("cannot start {}", line(command)))?;
    if !status.success() {
        bail!("{} failed", line(command));
    }
    Ok(())
}

/// Runs a program, and returns its standard output.
pub fn capture(command: &mut Command) -> Result<String> {
    let output = without_settings(command)
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start {}", line(command)))?;
    if !output.status.success() {
        bail!("{} failed", line(command));
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// Removes the `CARILLON_` variables of this environment: the program would refuse unknown ones.
pub fn without_settings(command: &mut Command) -> &mut Command {
    let inherited = std::env::vars_os().map(|(name, _)| name);
    for name in inherited.filter(|name| name.to_string_lossy().starts_with("CARILLON_")) {
        if command.get_envs().all(|(own, _)| own != name) {
            command.env_remove(name);
        }
    }
    command
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}
