//! Logs on standard error, written by a thread of their own: a request does not wait for whoever reads them.

use std::sync::OnceLock;

use anyhow::Result;
use carillon_model::suggestion::did_you_mean;
use tracing::level_filters::LevelFilter;
use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::{Layer, filter::Targets, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::usage::Usage;

/// Lines that wait to be written. Those beyond that are dropped, and counted.
const WAITING_LINES: usize = 16_384;

static DROPPED: OnceLock<ErrorCounter> = OnceLock::new();

/// The levels, from the most to the fewest lines.
const LEVELS: [&str; 6] = ["trace", "debug", "info", "warn", "error", "off"];
/// The parts of the program that log, and those of the libraries that do. The level of any other would change nothing.
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

/// What to log: a level, levels of parts of the program (`carillon_wire=debug`), or several of these with commas between them.
///
/// # Errors
/// The text is no log filter: a level or a part that is not known would silence what it was meant to show.
pub fn filter(text: &str) -> Result<Targets> {
    let mut filter = Targets::new();
    for directive in text.split(',').map(str::trim) {
        let (target, level) = match directive.split_once('=') {
            Some((target, level)) => (Some(target.trim()), level.trim()),
            None if TARGETS.contains(&part(directive)) => (Some(directive), "trace"),
            None => (None, directive),
        };
        if let Some(target) = target
            && !TARGETS.contains(&part(target))
        {
            let meant = did_you_mean(part(target), TARGETS);
            return Err(refusal("a part of the program that does not log", &meant));
        }
        // Without a level, a filter would mean errors.
        let understood = if level.is_empty() { None } else { level.parse::<LevelFilter>().ok() };
        let Some(level) = understood else {
            let parts: &[&str] = if target.is_none() { &TARGETS } else { &[] };
            let known = LEVELS.into_iter().chain(parts.iter().copied());
            return Err(refusal("an unknown level", &did_you_mean(level, known)));
        };
        filter = match target {
            Some(target) => filter.with_target(target, level),
            None => filter.with_default(level),
        };
    }
    Ok(filter)
}

/// The crate of a target.
fn part(target: &str) -> &str {
    target.split("::").next().unwrap_or_default()
}

fn refusal(problem: &str, meant: &str) -> anyhow::Error {
    Usage::error(format!(
        "the value of `log` (--log) has {problem} (write one of {}, or levels of parts such as warn,carillon_wire=debug){meant}",
        LEVELS.join(", ")
    ))
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
    let lines = fmt::layer()
        .with_writer(writer)
        .with_ansi(false)
        // Telling on standard error that nothing can be written there would be a panic.
        .log_internal_errors(false);
    tracing_subscriber::registry().with(lines.with_filter(filter)).try_init()?;
    Ok(guard)
}

/// Lines that were dropped since nobody took them in time.
pub fn dropped_lines() -> usize {
    DROPPED.get().map_or(0, ErrorCounter::dropped_lines)
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn levels_and_parts_are_understood() {
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
    fn what_is_mistyped_is_refused_with_what_is_near() {
        for (text, said) in [
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
            assert!(crate::usage::is_usage(&error) && error.to_string().contains(said), "{text}: {error}");
        }
    }
}
