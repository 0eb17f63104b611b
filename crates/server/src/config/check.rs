//! Checks values beyond their types.

use std::net::SocketAddr;

use anyhow::Result;
use carillon_delivery::Guard;
use figment::{Figment, value::Value};
use url::Url;

use super::Config;
use crate::{telemetry, usage::Usage};

/// The ranges of numbers. Durations are limited to about a year, so that sums of times do not overflow.
const RANGES: [(&str, i128, i128); 46] = [
    ("http.max_connections", 1, MAX_NUMBER),
    ("http.max_connections_per_address", 1, MAX_NUMBER),
    ("http.head_seconds", 1, YEAR_SECONDS),
    ("http.body_seconds", 1, YEAR_SECONDS),
    ("http.body_bytes_per_second", 1, MAX_NUMBER),
    ("http.write_seconds", 1, YEAR_SECONDS),
    ("http.body_bytes_in_flight", 1 << 20, MAX_NUMBER),
    ("http.body_percent_of_one", 1, 100),
    ("http.body_wait_ms", 0, YEAR_MS),
    ("http.hsts_days", 0, 36_500),
    ("tls.reload_seconds", 1, YEAR_SECONDS),
    ("send.min_interval_ms", 0, YEAR_MS),
    ("send.overdue_minutes", 0, 527_040),
    ("ding.duplicate_hours", 0, 8_784),
    ("ding.phone_min_interval_ms", 0, YEAR_MS),
    ("comment.max_chars", 1, 100_000),
    ("chat.webhook_minutes", 0, 527_040),
    ("sign_in.pair_seconds", 1, YEAR_SECONDS),
    ("sign_in.address_seconds", 1, YEAR_SECONDS),
    ("sign_in.userid_seconds", 1, YEAR_SECONDS),
    ("sign_in.waiting", 1, 100_000),
    ("session.days", 1, 366),
    ("session.idle_hours", 0, 8_784),
    ("delivery.answer_ms", 1, YEAR_MS),
    ("delivery.at_once", 1, 10_000),
    ("delivery.acknowledge_ms", 1, YEAR_MS),
    ("delivery.ping_ms", 1, YEAR_MS),
    ("delivery.connections_per_app", 1, MAX_NUMBER),
    ("delivery.connections", 1, MAX_NUMBER),
    ("delivery.silent_connections", 1, MAX_NUMBER),
    ("delivery.wait_hours", 1, 87_840),
    ("retention.fact_days", 0, 36_500),
    ("retention.delivery_log_days", 0, 36_500),
    ("retention.activity_days", 0, 36_500),
    ("retention.conversation_days", 0, 36_500),
    ("retention.receipt_days", 0, 36_500),
    ("retention.article_reader_days", 0, 36_500),
    ("retention.audit_days", 0, 36_500),
    ("journal.hours", 1, 8_784),
    ("journal.refused_hours", 1, 8_784),
    ("journal.rows", 0, 10_000_000),
    ("journal.refused_rows", 0, 10_000_000),
    ("journal.per_second", 1, 100_000),
    ("storage.log_limit_mb", 24, 1 << 20),
    ("storage.read_seconds", 1, YEAR_SECONDS),
    ("throttle.address_seconds", 1, YEAR_SECONDS),
];
const YEAR_SECONDS: i128 = 366 * 86_400;
const YEAR_MS: i128 = YEAR_SECONDS * 1_000;
/// Larger than any useful number, but small enough to be multiplied, for example from megabytes to bytes.
const MAX_NUMBER: i128 = 1 << 40;
/// The largest number of retries of a delivery.
const MAX_RETRIES: usize = 100;

/// Refuses values that the server cannot work with.
///
/// # Errors
/// The first invalid value.
pub fn check(config: &Config, figment: &Figment) -> Result<()> {
    let refuse = |key: &str, problem: &str| Err(Usage::error(format!("the value of `{key}` {problem}")));
    for (section, keys) in super::keys::by_section() {
        for name in keys {
            let key = if section.is_empty() { name.to_owned() } else { format!("{section}.{name}") };
            let Some(number) = figment.find_value(&key).ok().and_then(|value| whole_number(&value)) else {
                continue;
            };
            let range = RANGES.iter().find(|(known, _, _)| *known == key);
            let (min, max) = range.map_or((0, MAX_NUMBER), |(_, min, max)| (*min, *max));
            if number < min || number > max {
                return refuse(&key, &format!("must be from {min} to {max}"));
            }
        }
    }
    let retries = &config.delivery.retry_ms;
    if retries.len() > MAX_RETRIES || retries.iter().any(|ms| i128::from(*ms) > YEAR_MS) {
        return refuse(
            "delivery.retry_ms",
            &format!("must be at most {MAX_RETRIES} numbers up to {YEAR_MS}"),
        );
    }
    telemetry::filter(&config.log)?;
    require_address("listen", &config.listen)?;
    if let Some(listen) = &config.metrics_listen {
        require_address("metrics_listen", listen)?;
    }
    if let Some(url) = &config.public_url
        && !is_public_url(url)
    {
        return refuse(
            "public_url",
            "must begin with http:// or https:// and name a host, such as https://carillon.example",
        );
    }
    Guard::new(&config.delivery.allow).map_err(|error| Usage::error(error.to_string()))?;
    match (&config.tls.certificate_file, &config.tls.key_file) {
        (Some(_), None) => refuse("tls.key_file", "is missing: a certificate needs its key"),
        (None, Some(_)) => refuse("tls.certificate_file", "is missing: a key needs its certificate"),
        _ => Ok(()),
    }
}

/// Returns a whole number: signed in files, unsigned in the environment.
fn whole_number(value: &Value) -> Option<i128> {
    value.to_i128().or_else(|| value.to_u128().and_then(|number| number.try_into().ok()))
}

/// Refuses an invalid listening address. A host name is allowed.
fn require_address(key: &str, text: &str) -> Result<()> {
    let flag = key.replace('_', "-");
    let refuse = |problem: &str| {
        Err(Usage::error(format!(
            "the value of `{key}` (--{flag}) {problem}: write an address and a port, such as 127.0.0.1:8080"
        )))
    };
    if text.parse::<SocketAddr>().is_ok() {
        return Ok(());
    }
    let Some((host, port)) = text.rsplit_once(':') else { return refuse("has no port") };
    if port.parse::<u16>().is_err() {
        return refuse("has an invalid port");
    }
    let is_label =
        |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    let is_name = host.split('.').all(|part| !part.is_empty() && is_label(part));
    // A name of digits only is a mistyped address.
    if !is_name || host.split('.').all(|part| part.bytes().all(|byte| byte.is_ascii_digit())) {
        return refuse("has an invalid address");
    }
    Ok(())
}

fn is_public_url(text: &str) -> bool {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.is_some_and(|url| url.has_host() && url.fragment().is_none())
}
