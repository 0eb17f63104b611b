//! Time labels: short in the list, by day in a conversation, complete below an article.

use jiff::{Timestamp, civil::Date, civil::Weekday, tz::TimeZone};

use crate::text::Lang;

/// The labels of one point in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// RFC 3339, for the `datetime` attribute.
    pub iso: String,
    /// For a list: `14:05`, `昨天`, `周三`, `3月5日`, `2025年3月5日`.
    pub short: String,
    /// For comments: like `short`, always with the time of day.
    pub day: String,
    /// For an article: `2026年3月5日 14:05`.
    pub full: String,
    /// The time of day: `14:05`.
    pub clock: String,
    /// The date in the organisation's time zone: `2026-03-05`.
    pub date: String,
    /// The heading of a day in a conversation: `今天`, `昨天`, `周三`, `3月5日 周四`.
    pub heading: String,
    /// Milliseconds of the Unix epoch.
    pub at_ms: i64,
}

impl Moment {
    /// Labels `at_ms` as seen at `now_ms`, both in milliseconds of the Unix epoch.
    pub fn new(lang: Lang, at_ms: i64, now_ms: i64, zone: &TimeZone) -> Moment {
        let at = zone.to_datetime(timestamp(at_ms));
        let today = zone.to_datetime(timestamp(now_ms)).date();
        let clock = format!("{:02}:{:02}", at.hour(), at.minute());
        let date = at.date();
        let distance = distance(lang, date, today);
        Moment {
            iso: timestamp(at_ms).to_string(),
            short: distance.clone().unwrap_or_else(|| clock.clone()),
            day: distance.map_or_else(|| clock.clone(), |day| format!("{day} {clock}")),
            full: format!("{} {clock}", long_date(lang, date)),
            clock,
            date: date.to_string(),
            heading: heading(lang, date, today),
            at_ms,
        }
    }
}

fn timestamp(milliseconds: i64) -> Timestamp {
    let farthest = if milliseconds < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_millisecond(milliseconds).unwrap_or(farthest)
}

/// Names a day relative to today; `None` for today itself.
fn distance(lang: Lang, date: Date, today: Date) -> Option<String> {
    let days_ago = date.duration_until(today).as_hours() / 24;
    Some(match (lang, days_ago) {
        (_, 0) => return None,
        (Lang::Zh, 1) => "昨天".to_owned(),
        (Lang::En, 1) => "Yesterday".to_owned(),
        (_, 2..=6) => weekday(lang, date.weekday()).to_owned(),
        (Lang::Zh, _) if date.year() == today.year() => format!("{}月{}日", date.month(), date.day()),
        (Lang::En, _) if date.year() == today.year() => format!("{} {}", date.day(), month(date.month())),
        _ => long_date(lang, date),
    })
}

/// Names a day above its messages.
fn heading(lang: Lang, date: Date, today: Date) -> String {
    match (distance(lang, date, today), lang) {
        (None, Lang::Zh) => "今天".to_owned(),
        (None, Lang::En) => "Today".to_owned(),
        (Some(near), _) if (1..=6).contains(&(date.duration_until(today).as_hours() / 24)) => near,
        (Some(day), Lang::Zh) => format!("{day} {}", weekday(lang, date.weekday())),
        (Some(day), Lang::En) => format!("{} {day}", weekday(lang, date.weekday())),
    }
}

fn long_date(lang: Lang, date: Date) -> String {
    match lang {
        Lang::Zh => format!("{}年{}月{}日", date.year(), date.month(), date.day()),
        Lang::En => format!("{} {} {}", date.day(), month(date.month()), date.year()),
    }
}

fn weekday(lang: Lang, day: Weekday) -> &'static str {
    let (zh, en) = match day {
        Weekday::Monday => ("周一", "Mon"),
        Weekday::Tuesday => ("周二", "Tue"),
        Weekday::Wednesday => ("周三", "Wed"),
        Weekday::Thursday => ("周四", "Thu"),
        Weekday::Friday => ("周五", "Fri"),
        Weekday::Saturday => ("周六", "Sat"),
        Weekday::Sunday => ("周日", "Sun"),
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

fn month(number: i8) -> &'static str {
    const NAMES: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    usize::try_from(number - 1).ok().and_then(|index| NAMES.get(index)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-06-10 (a Wednesday) 09:30 in Shanghai.
    const NOW: i64 = 1_781_055_000_000;
    const HOUR: i64 = 3_600_000;
    const DAY: i64 = 24 * HOUR;

    fn label(lang: Lang, ago: i64) -> Moment {
        let shanghai = TimeZone::fixed(jiff::tz::offset(8));
        Moment::new(lang, NOW - ago, NOW, &shanghai)
    }

    #[test]
    fn labels_grow_with_distance() {
        let labels = [0, 10 * HOUR, 3 * DAY, 30 * DAY, 400 * DAY, -2 * DAY];
        let zh: Vec<_> = labels.iter().map(|ago| label(Lang::Zh, *ago).day).collect();
        assert_eq!(
            zh,
            ["09:30", "昨天 23:30", "周日 09:30", "5月11日 09:30", "2025年5月6日 09:30", "6月12日 09:30"]
        );
        let en: Vec<_> = labels.iter().map(|ago| label(Lang::En, *ago).short).collect();
        assert_eq!(en, ["09:30", "Yesterday", "Sun", "11 May", "6 May 2025", "12 Jun"]);
    }

    #[test]
    fn days_have_headings() {
        let headings =
            |lang| [0, DAY, 3 * DAY, 30 * DAY, 400 * DAY, -2 * DAY].map(|ago| label(lang, ago).heading);
        assert_eq!(
            headings(Lang::Zh),
            ["今天", "昨天", "周日", "5月11日 周一", "2025年5月6日 周二", "6月12日 周五"]
        );
        assert_eq!(
            headings(Lang::En),
            ["Today", "Yesterday", "Sun", "Mon 11 May", "Tue 6 May 2025", "Fri 12 Jun"]
        );
        assert_eq!(
            (label(Lang::En, DAY).date.as_str(), label(Lang::En, DAY).clock.as_str()),
            ("2026-06-09", "09:30")
        );
    }

    #[test]
    fn the_full_label_has_the_year() {
        assert_eq!(label(Lang::Zh, 0).full, "2026年6月10日 09:30");
        assert_eq!(label(Lang::En, 0).full, "10 Jun 2026 09:30");
        assert_eq!(label(Lang::En, 0).iso, "2026-06-10T01:30:00Z");
    }

    #[test]
    fn a_time_out_of_range_has_a_label() {
        let utc = TimeZone::UTC;
        for wild in [i64::MIN, i64::MAX] {
            assert!(!Moment::new(Lang::Zh, wild, 0, &utc).full.is_empty());
        }
    }
}
