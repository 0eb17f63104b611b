//! Instants and days.

pub use jiff::civil::Date;
use jiff::{Timestamp as Instant, tz::TimeZone};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Milliseconds since 1970, as on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// One second, in milliseconds.
pub const SECOND_MS: i64 = 1_000;
/// One minute, in milliseconds.
pub const MINUTE_MS: i64 = 60 * SECOND_MS;
/// One hour, in milliseconds.
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
/// Twenty-four hours, in milliseconds: the lifetime of a preview link and the time in which a send can be recalled.
pub const DAY_MS: i64 = 24 * HOUR_MS;

impl Timestamp {
    /// Adds milliseconds. Saturates at the ends of the range.
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// The start of the calendar day of this instant in a time zone.
    pub fn start_of_day(self, zone: &TimeZone) -> Self {
        let Ok(instant) = Instant::from_millisecond(self.0) else { return self };
        match instant.to_zoned_datetime(zone.clone()).start_of_day() {
            Ok(start) => Self(start.timestamp().as_millisecond()),
            Err(_) => self,
        }
    }

    /// Date and time of day in a time zone, `yyyy-MM-dd HH:mm:ss`.
    pub fn format_in(self, zone: &TimeZone) -> String {
        let instant = Instant::from_millisecond(self.0).unwrap_or_default();
        instant.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// The calendar day of this instant in a time zone.
    pub fn day(self, zone: &TimeZone) -> Date {
        Instant::from_millisecond(self.0).unwrap_or_default().to_zoned_datetime(zone.clone()).date()
    }
}

/// The time zone by name; an unknown name is `None`.
pub fn zone(name: &str) -> Option<TimeZone> {
    TimeZone::get(name).ok()
}

/// The names of all time zones.
pub fn zone_names() -> Vec<String> {
    jiff::tz::db().available().map(|name| name.to_string()).collect()
}

/// Parses a day of eight digits, `yyyyMMdd`.
pub fn compact_day(text: &str) -> Option<Date> {
    let digits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| Date::strptime("%Y%m%d", text).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_begin_at_midnight_of_the_zone() {
        let shanghai = zone("Asia/Shanghai").expect("bundled zone");
        // 2025-10-09 16:00 in London is midnight in Shanghai.
        let midnight = Timestamp(1_760_025_600_000);
        assert_eq!(midnight.start_of_day(&shanghai), midnight);
        assert_eq!(midnight.plus_ms(-1).start_of_day(&shanghai), midnight.plus_ms(-DAY_MS));
        assert_eq!(midnight.plus_ms(DAY_MS - 1).start_of_day(&shanghai), midnight);
        assert_eq!(midnight.day(&shanghai).to_string(), "2025-10-10");
        assert_eq!(compact_day("20251010"), Some(midnight.day(&shanghai)));
        for wrong in ["2025-10-10", "20251310", "20250230", "2025101", "+2025101", ""] {
            assert_eq!(compact_day(wrong), None, "{wrong}");
        }
    }
}
