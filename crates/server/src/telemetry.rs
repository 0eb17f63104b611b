//! Logs on standard error.

use anyhow::{Context, Result};
use tracing_subscriber::EnvFilter;

/// Starts logging.
pub fn start(filter: &str) -> Result<()> {
    let filter = EnvFilter::try_new(filter).context("--log is no log filter: try `info`")?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        // Telling on standard error that nothing can be written there would be a panic.
        .log_internal_errors(false)
        .init();
    Ok(())
}
