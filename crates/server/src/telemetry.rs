//! Logs to standard error from a thread of its own, so that requests do not wait for the reader of the log.

use std::sync::OnceLock;

use anyhow::Result;
use carillon_model::suggestion::did_you_mean;
use tracing::level_filters::LevelFilter;
use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::{Layer, filter::Targets, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::usage::Usage;

/// Log lines in the queue. Further ones are dropped and counted.
const MAX_QUEUED_LINES: usize = 16_384;

static DROPPED: OnceLock<ErrorCounter> = OnceLock::new();

/// The levels, most verbose first.
const LEVELS: [&str; 6] = ["trace", "debug", "info", "warn", "error", "off"];
/// The crates that log. A filter for any other would have no effect.
const TARGETS: [&str; 19] = [
    "carillon",
    "carillon_api",
    "carillon_delivery",
    "carillon_domain",
    "carillon_model",
    "carillon_store",
    "carillon_web",
    "carillon_wire",
    "axum",
    "html5ever",
    "hyper",
    "hyper_util",
    "object_store",
    "rustls",
    "tokio",
    "tokio_rustls",
    "tokio_tungstenite",
    "tungstenite",
    "ureq",
];

/// Parses a log filter: levels and levels of crates (`carillon_wire=debug`), separated by commas.
///
/// # Errors
/// An unknown level or crate: it would silence the lines that it was meant to show.
pub fn filter(text: &str) -> Result<Targets> {
    let mut filter = Targets::new();
    for directive in text.split(',').map(str::trim) {
        let (target, level) = match directive.split_once('=') {
            Some((target, level)) => (Some(target.trim()), level.trim()),
            None if TARGETS.contains(&crate_name(directive)) => (Some(directive), "trace"),
            None => (None, directive),
        };
        if let Some(target) = target
            && !TARGETS.contains(&crate_name(target))
        {
            let suggestion = did_you_mean(crate_name(target), TARGETS);
            return Err(filter_error("a part of the program that does not log", &suggestion));
        }
        // `tracing` would read a missing level as `error`.
        let parsed = if level.is_empty() { None } else { level.parse::<LevelFilter>().ok() };
        let Some(level) = parsed else {
            let parts: &[&str] = if target.is_none() { &TARGETS } else { &[] };
            let known = LEVELS.into_iter().chain(parts.iter().copied());
            return Err(filter_error("an unknown level", &did_you_mean(level, known)));
        };
        filter = match target {
            Some(target) => filter.with_target(target, level),
            None => filter.with_default(level),
        };
    }
    Ok(filter)
}

/// Returns the crate of a target.
fn crate_name(target: &str) -> &str {
    target.split("::").next().unwrap_or_default()
}

fn filter_error(problem: &str, suggestion: &str) -> anyhow::Error {
    Usage::error(format!(
        "the value of `log` (--log) has {problem} (write one of {}, or levels of parts such as warn,carillon_wire=debug){suggestion}",
        LEVELS.join(", ")
    ))
}

/// Starts logging. Dropping the guard writes the queued lines.
pub fn start(filter: &str) -> Result<WorkerGuard> {
    let filter = self::filter(filter)?;
    let (writer, guard) = NonBlockingBuilder::default()
        .buffered_lines_limit(MAX_QUEUED_LINES)
        .lossy(true)
        .thread_name("log")
        .finish(std::io::stderr());
    let _ = DROPPED.set(writer.error_counter());
    let lines = fmt::layer()
        .with_writer(writer)
        .with_ansi(false)
        // Reporting an unwritable standard error on standard error would panic.
        .log_internal_errors(false);
    tracing_subscriber::registry().with(lines.with_filter(filter)).try_init()?;
    Ok(guard)
}

/// Returns the number of lines that were dropped because the queue was full.
pub fn dropped_lines() -> usize {
    DROPPED.get().map_or(0, ErrorCounter::dropped_lines)
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn levels_and_targets_are_parsed() {
        let shows =
            |text: &str, target: &str, level: Level| filter(text).unwrap().would_enable(target, &level);
        assert!(shows("info", "carillon_wire::handler", Level::INFO));
        assert!(!shows("info", "carillon_wire::handler", Level::DEBUG));
        assert!(shows("warn, carillon_wire=debug", "carillon_wire::handler", Level::DEBUG));
        assert!(!shows("warn,carillon_wire=debug", "carillon_store", Level::INFO));
        assert!(shows("warn,carillon_wire::handler=TRACE", "carillon_wire::handler", Level::TRACE));
        assert!(shows("carillon_wire", "carillon_wire", Level::TRACE));
        assert!(!shows("off", "carillon", Level::ERROR));
    }

    #[test]
    fn a_mistyped_filter_is_refused_with_a_suggestion() {
        for (text, expected) in [
            ("loud", "an unknown level (write one of trace"),
            ("inof", "did you mean \"info\"?"),
            ("wran", "did you mean \"warn\"?"),
            ("", "an unknown level"),
            ("info,", "an unknown level"),
            ("carillon=loud", "an unknown level"),
            ("carillon_wrie=debug", "did you mean \"carillon_wire\"?"),
            ("carillon_wier", "did you mean \"carillon_wire\"?"),
            ("nobody=debug", "a part of the program that does not log"),
            ("[span{field=1}]=info", "a part of the program that does not log"),
        ] {
            let error = filter(text).unwrap_err();
            assert!(
                crate::usage::is_usage(&error) && error.to_string().contains(expected),
                "{text}: {error}"
            );
        }
    }
}
