//! Whether times can be trusted.

use std::time::{Duration, Instant};

use carillon_model::{
    day::Day,
    env::Env,
    time::{self, Timestamp},
};
use jiff::tz::TimeZone;

use super::{Findings, ServerReport, secrets};

/// Years that a clock can show; others are those of a machine that lost its time.
const YEARS: std::ops::RangeInclusive<i16> = 2025..=2100;
/// How long the two clocks are watched.
const WATCHED: Duration = Duration::from_millis(200);
/// Apart by more than this, the clock was set meanwhile.
const JUMP_MS: u128 = 100;
/// A server on the same machine has the same clock, but for the time that asking it takes.
const SERVER_APART_MS: i64 = 5_000;
/// Dates in headers have whole seconds.
const DATE_APART_MS: i64 = 5_000;
/// Apart by more than this, tokens and signatures are refused.
const FAR_APART_MS: i64 = 60_000;
/// Time zones that every system has.
const USUAL_ZONE: &str = "Asia/Shanghai";

/// `asked` is an address with the date that it answered.
pub fn examine(
    env: &Env,
    zones: &[String],
    server: Option<&ServerReport>,
    asked: Option<(&str, Result<String, String>)>,
    findings: &mut Findings<'_>,
) {
    let (began, now) = (Instant::now(), env.now());
    let year = now.day(&TimeZone::UTC).year();
    if !YEARS.contains(&year) {
        findings.error(
            format!("the clock says that it is the year {year}"),
            "set the clock, and keep it right with NTP",
        );
    }
    std::thread::sleep(WATCHED);
    let (elapsed, passed) = (began.elapsed().as_millis(), env.now().0.saturating_sub(now.0));
    if u128::try_from(passed).unwrap_or_default().abs_diff(elapsed) > JUMP_MS {
        findings.warning(
            format!("the clock went {passed} ms ahead in {elapsed} ms"),
            "something sets the clock: let NTP slew it instead",
        );
    }
    for zone in zones.iter().map(String::as_str).chain([USUAL_ZONE]) {
        if time::zone(zone).is_none() {
            findings.error(
                format!("nothing is known of the time zone {zone}: its days begin at the wrong time"),
                "install the time zone data of the system (the package tzdata)",
            );
        }
    }
    if let Some(server) = server {
        let apart = server.now_ms.saturating_sub(now.0);
        if apart.abs() > SERVER_APART_MS {
            findings.error(
                format!("the clock of the running server is {apart} ms from that of this machine"),
                "restart the server",
            );
        }
    }
    if let Some((url, date)) = asked {
        compare(now, &secrets::masked_url(url), date, findings);
    }
    if findings.is_clean() {
        findings.ok(format!("it is {} UTC", now.format_in(&TimeZone::UTC)));
    }
}

fn compare(now: Timestamp, url: &str, date: Result<String, String>, findings: &mut Findings<'_>) {
    let parsed = date.and_then(|date| {
        let parsed = jiff::fmt::rfc2822::parse(&date);
        parsed.map(|date| date.timestamp().as_millisecond()).map_err(|_| "it answers no date".to_owned())
    });
    let advice = "set the clock, and keep it right with NTP";
    match parsed.map(|theirs| now.0.saturating_sub(theirs)) {
        Ok(apart) if apart.abs() > FAR_APART_MS => {
            findings.error(format!("the clock is {apart} ms from that of {url}"), advice);
        }
        Ok(apart) if apart.abs() > DATE_APART_MS => {
            findings.warning(format!("the clock is {apart} ms from that of {url}"), advice);
        }
        Ok(_) => findings.ok(format!("the clock agrees with that of {url}")),
        Err(problem) => {
            findings.warning(format!("{url} cannot be asked for the time: {problem}"), "ask another address");
        }
    }
}

/// Used by certificates too.
pub fn day_of(ms: i64) -> Day {
    Day::of(Timestamp(ms), &TimeZone::UTC)
}
