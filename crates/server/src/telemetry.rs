//! Logs on standard error, written by a thread of their own: a request does not wait for whoever reads them.

use std::sync::OnceLock;

use anyhow::{Context, Result};
use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::EnvFilter;

/// Lines that wait to be written. Those beyond that are dropped, and counted.
const WAITING_LINES: usize = 16_384;

static DROPPED: OnceLock<ErrorCounter> = OnceLock::new();

/// What to log.
///
/// # Errors
/// The text is no log filter.
pub fn filter(text: &str) -> Result<EnvFilter> {
    EnvFilter::try_new(text).context("--log is no log filter: try `info`")
}

/// Starts logging. What is logged before the guard is dropped is written by then.
pub fn start(filter: &str) -> Result<WorkerGuard> {
    let filter = self::filter(filter)?;
    let (writer, guard) = NonBlockingBuilder::default()
        .buffered_lines_limit(WAITING_LINES)
        .lossy(true)
        .thread_name("log")
        .finish(std::io::stderr());
    let _ = DROPPED.set(writer.error_counter());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(writer)
        .with_ansi(false)
        // Telling on standard error that nothing can be written there would be a panic.
        .log_internal_errors(false)
        .init();
    Ok(guard)
}

/// Lines that were dropped since nobody took them in time.
pub fn dropped_lines() -> usize {
    DROPPED.get().map_or(0, ErrorCounter::dropped_lines)
}
