//! Checks the clock and the time zone data.

use std::time::{Duration, Instant};

use carillon_model::{
    day::Day,
    env::Env,
    time::{self, Timestamp},
};
use jiff::tz::TimeZone;

use super::{Findings, ServerReport, secrets};

/// A clock outside of these years was lost.
const PLAUSIBLE_YEARS: std::ops::RangeInclusive<i16> = 2025..=2100;
/// How long the wall clock is compared with the monotonic clock.
const OBSERVATION_TIME: Duration = Duration::from_millis(200);
/// A larger deviation means that the clock was set meanwhile.
const MAX_DEVIATION_MS: u128 = 100;
/// The tolerance for a server on the same machine: the duration of the request.
const SERVER_TOLERANCE_MS: i64 = 5_000;
/// The tolerance for `Date` headers, which have whole seconds.
const DATE_TOLERANCE_MS: i64 = 5_000;
/// A larger difference breaks tokens and signatures.
const ERROR_DIFFERENCE_MS: i64 = 60_000;
/// A time zone that every system has.
const TEST_ZONE: &str = "Asia/Shanghai";

/// `remote_date` is a URL with the `Date` header of its response.
pub fn examine(
    env: &Env,
    zones: &[String],
    server: Option<&ServerReport>,
    remote_date: Option<(&str, Result<String, String>)>,
    findings: &mut Findings<'_>,
) {
    let (started, now) = (Instant::now(), env.now());
    let year = now.day(&TimeZone::UTC).year();
    if !PLAUSIBLE_YEARS.contains(&year) {
        findings
            .error(format!("the clock shows the year {year}"), "set the clock, and keep it right with NTP");
    }
    std::thread::sleep(OBSERVATION_TIME);
    let (monotonic_ms, clock_ms) = (started.elapsed().as_millis(), env.now().0.saturating_sub(now.0));
    if u128::try_from(clock_ms).unwrap_or_default().abs_diff(monotonic_ms) > MAX_DEVIATION_MS {
        findings.warning(
            format!("the clock advanced {clock_ms} ms in {monotonic_ms} ms"),
            "something sets the clock: let NTP slew it instead",
        );
    }
    for zone in zones.iter().map(String::as_str).chain([TEST_ZONE]) {
        if time::zone(zone).is_none() {
            findings.error(
                format!("the time zone {zone} is unknown: its days begin at the wrong time"),
                "install the time zone data of the system (the package tzdata)",
            );
        }
    }
    if let Some(server) = server {
        let difference = server.now_ms.saturating_sub(now.0);
        if difference.abs() > SERVER_TOLERANCE_MS {
            findings.error(
                format!("the clock of the running server is {difference} ms from that of this machine"),
                "restart the server",
            );
        }
    }
    if let Some((url, date)) = remote_date {
        compare(now, &secrets::masked_url(url), date, findings);
    }
    if findings.is_clean() {
        findings.ok(format!("it is {} UTC", now.format_in(&TimeZone::UTC)));
    }
}

fn compare(now: Timestamp, url: &str, date: Result<String, String>, findings: &mut Findings<'_>) {
    let parsed = date.and_then(|date| {
        let parsed = jiff::fmt::rfc2822::parse(&date);
        parsed
            .map(|date| date.timestamp().as_millisecond())
            .map_err(|_| "the response has no date".to_owned())
    });
    let advice = "set the clock, and keep it right with NTP";
    match parsed.map(|remote_ms| now.0.saturating_sub(remote_ms)) {
        Ok(difference) if difference.abs() > ERROR_DIFFERENCE_MS => {
            findings.error(format!("the clock is {difference} ms from that of {url}"), advice);
        }
        Ok(difference) if difference.abs() > DATE_TOLERANCE_MS => {
            findings.warning(format!("the clock is {difference} ms from that of {url}"), advice);
        }
        Ok(_) => findings.ok(format!("the clock agrees with that of {url}")),
        Err(problem) => {
            findings.warning(format!("cannot get the time from {url}: {problem}"), "use another address");
        }
    }
}

/// Returns the day of a time in UTC.
pub fn day_of(ms: i64) -> Day {
    Day::of(Timestamp(ms), &TimeZone::UTC)
}
