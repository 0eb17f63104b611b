//! Calendar days. The time zone of the organisation decides which instants belong to a day.

use jiff::{ToSpan, civil::Date, tz::TimeZone};

use crate::time::Timestamp;

/// A calendar day as the number of its eight digits (`data_id`, `statDate`), so that later days are larger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day(pub i32);

impl Day {
    /// Parses eight digits, `yyyyMMdd`; `None` if there is no such day.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let day = Self(text.parse().ok()?);
        day.date().map(|_| day)
    }

    /// The day of an instant in a time zone.
    pub fn of(time: Timestamp, zone: &TimeZone) -> Self {
        Self::from_date(time.day(zone))
    }

    /// The first instant of the day in a time zone.
    pub fn start(self, zone: &TimeZone) -> Option<Timestamp> {
        let start = self.date()?.to_zoned_datetime(zone.clone()).ok()?.start_of_day().ok()?;
        Some(Timestamp(start.timestamp().as_millisecond()))
    }

    /// Adds days, or subtracts them if negative. Saturates at the ends of the calendar.
    pub fn plus(self, days: i32) -> Self {
        let moved = self.date().and_then(|date| date.checked_add(days.days()).ok());
        moved.map_or(self, Self::from_date)
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.0 / 10_000
    }

    /// The day as a [`Date`]; `None` if the number is not a day.
    pub fn date(self) -> Option<Date> {
        let part = |number: i32| i8::try_from(number).ok();
        Date::new(i16::try_from(self.year()).ok()?, part(self.0 / 100 % 100)?, part(self.0 % 100)?).ok()
    }

    fn from_date(date: Date) -> Self {
        Self(i32::from(date.year()) * 10_000 + i32::from(date.month()) * 100 + i32::from(date.day()))
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:08}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::zone;

    #[test]
    fn only_days_of_the_calendar_are_parsed() {
        assert_eq!(Day::parse("20240229"), Some(Day(20_240_229)));
        for text in
            ["20230229", "20251301", "20250100", "2025101", "202510091", "2025-1-9", "", "２０２５１００９"]
        {
            assert_eq!(Day::parse(text), None, "{text}");
        }
        assert_eq!(Day(20_241_231).plus(1), Day(20_250_101));
        assert_eq!(Day(20_250_301).plus(-1), Day(20_250_228));
    }

    #[test]
    fn a_day_begins_at_midnight_of_the_zone() {
        let shanghai = zone("Asia/Shanghai").expect("bundled zone");
        let day = Day(20_251_010);
        assert_eq!(day.start(&shanghai), Some(Timestamp(1_760_025_600_000)));
        assert_eq!(Day::of(Timestamp(1_760_025_600_000), &shanghai), day);
        assert_eq!(Day::of(Timestamp(1_760_025_599_999), &shanghai), day.plus(-1));
    }
}
