//! Charts that the server draws: lines or bars over days or hours, as SVG.
//!
//! All positions across are percentages and all heights pixels, so that a chart fills its column on every screen and its texts keep
//! their size. Numbers are exact: values are whole numbers of `1 / SCALE`.

use carillon_domain::stats::catalogue::{Figure, Measure};

use crate::text::Lang;

/// Parts of one in which values are compared: a multiple of the parts of every [`Figure`].
const SCALE: u64 = 10_000;
/// Height of the plot, the room above it for the topmost label, and the room below it for the labels of the days.
const PLOT: u64 = 160;
const ABOVE: u64 = 20;
const BELOW: u64 = 24;
/// Height of the plot of a chart without axis.
const SMALL_PLOT: u64 = 48;
/// Lines above the axis, at most.
const MAX_STEPS: u64 = 4;
/// Labels below the axis, at most: so many fit on a phone.
const MAX_LABELS: usize = 5;
/// Columns up to which a single number is drawn as bars.
const MAX_BARS: usize = 31;
/// Lines of a chart, at most: so many can be told apart.
pub const MAX_SERIES: usize = 4;

/// A chart that is ready to be drawn.
#[derive(Clone, Debug)]
pub struct Chart {
    /// Its id, unique on the page.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// Range and extremes, for those who do not see it.
    pub description: String,
    /// Its height in pixels.
    pub height: u64,
    /// The height of the axis.
    pub base: u64,
    /// The names of the series, when there are several.
    pub legend: Vec<String>,
    /// Lines across, the lowest first, with their labels; none on a small chart.
    pub grid: Vec<(u64, String)>,
    /// Labels below the axis.
    pub labels: Vec<Label>,
    /// Columns.
    pub columns: Vec<Column>,
    /// Lines between neighbouring values.
    pub segments: Vec<Segment>,
    /// Values of lines.
    pub dots: Vec<Dot>,
    /// Values of bars.
    pub bars: Vec<Bar>,
}

/// A label below the axis.
#[derive(Clone, Debug)]
pub struct Label {
    /// Where, in percent.
    pub x: String,
    /// How it is anchored there: `start`, `middle` or `end`.
    pub anchor: &'static str,
    /// The text.
    pub text: String,
}

/// The place of a day or hour.
#[derive(Clone, Debug)]
pub struct Column {
    /// Where it begins, in percent.
    pub x: String,
    /// Its width in percent.
    pub width: String,
    /// Its name and its values.
    pub text: String,
    /// Whether nothing is known of it.
    pub is_gap: bool,
}

/// A line between neighbouring values.
#[derive(Clone, Debug)]
pub struct Segment {
    /// The number of the series.
    pub series: usize,
    /// Begin and end, across in percent and down in pixels.
    pub from: (String, u64),
    /// The end.
    pub to: (String, u64),
    /// Whether it leads to a day that is not over.
    pub is_open: bool,
}

/// A value of a line.
#[derive(Clone, Debug)]
pub struct Dot {
    /// The number of the series.
    pub series: usize,
    /// Where, across in percent and down in pixels.
    pub at: (String, u64),
    /// Whether the day is not over.
    pub is_open: bool,
}

/// A value of a single series.
#[derive(Clone, Debug)]
pub struct Bar {
    /// Where it begins, in percent.
    pub x: String,
    /// Its width in percent.
    pub width: String,
    /// Its top.
    pub y: u64,
    /// Its height.
    pub height: u64,
    /// Whether the day is not over.
    pub is_open: bool,
}

/// What a chart is made of.
pub struct Plot<'a> {
    /// Its id, unique on the page.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// What the values count.
    pub measure: Measure,
    /// The columns from left to right.
    pub points: Vec<Point>,
    /// The names of the series, at most [`MAX_SERIES`].
    pub series: Vec<&'a str>,
    /// Whether it is a small picture without axis.
    pub is_small: bool,
}

/// A column with its values.
#[derive(Clone, Debug)]
pub struct Point {
    /// Its name below the axis, such as `11-30`.
    pub label: String,
    /// Its name in texts, such as `2026-11-30 (so far)`.
    pub name: String,
    /// Whether it is not over.
    pub is_open: bool,
    /// The value of each series; `None` where nothing is known.
    pub values: Vec<Option<Figure>>,
}

/// Formats a number as pages show it.
pub fn number_text(measure: Measure, figure: Figure) -> String {
    match measure {
        Measure::Share => {
            let hundredths = figure.value * (SCALE / figure.parts);
            match (hundredths / 100, hundredths % 100) {
                (whole, 0) => format!("{whole}%"),
                (whole, rest) => format!("{whole}.{}%", format!("{rest:02}").trim_end_matches('0')),
            }
        }
        _ => {
            let text = figure.to_string();
            let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
            let point = if rest.is_empty() { "" } else { "." };
            format!("{}{point}{rest}", grouped(whole))
        }
    }
}

/// Groups the digits of a whole number: `12,345`.
pub fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Formats hundredths of a percent as a number of percent.
fn percent(hundredths: u64) -> String {
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

fn scaled(figure: Figure) -> u64 {
    figure.value.saturating_mul(SCALE / figure.parts)
}

/// Returns the distance of the lines across, so that at most [`MAX_STEPS`] reach the largest value: 1, 2 or 5 times a power of ten.
fn step(max: u64, measure: Measure) -> u64 {
    let mut unit = match measure {
        Measure::Share => SCALE / 100,
        Measure::Average => SCALE / 10,
        _ => SCALE,
    };
    loop {
        for factor in [1, 2, 5] {
            let step = unit.saturating_mul(factor);
            if step.saturating_mul(MAX_STEPS) >= max {
                return step;
            }
        }
        unit = unit.saturating_mul(10);
    }
}

impl Plot<'_> {
    /// Computes the places of all parts.
    pub fn draw(self, lang: Lang) -> Chart {
        let max = self.points.iter().flat_map(|point| point.values.iter().flatten());
        let max = max.map(|figure| scaled(*figure)).max().unwrap_or_default();
        let step = step(max, self.measure);
        let steps = max.div_ceil(step).max(1);
        let (plot, above, below) = if self.is_small { (SMALL_PLOT, 4, 4) } else { (PLOT, ABOVE, BELOW) };
        let top = step.saturating_mul(steps);
        let base = above + plot;
        let y = |value: u64| {
            base - u64::try_from(u128::from(value) * u128::from(plot) / u128::from(top)).unwrap_or(plot)
        };
        let count = self.points.len().max(1) as u64;
        let left = |index: usize| index as u64 * 10_000 / count;
        let middle = |index: usize| (index as u64 * 2 + 1) * 10_000 / (count * 2);
        let is_bars = self.series.len() == 1 && self.points.len() <= MAX_BARS && !self.is_small;
        let mut chart = Chart {
            description: self.describe(lang),
            height: base + below,
            base,
            legend: Vec::new(),
            grid: Vec::new(),
            labels: if self.is_small { Vec::new() } else { self.labels(middle) },
            columns: Vec::new(),
            segments: Vec::new(),
            dots: Vec::new(),
            bars: Vec::new(),
            id: String::new(),
            title: String::new(),
        };
        if !self.is_small {
            let lines = (0..=steps).map(|line| step.saturating_mul(line));
            let label = |value: u64| number_text(self.measure, Figure { value, parts: SCALE });
            chart.grid = lines.map(|value| (y(value), label(value))).collect();
        }
        for (index, point) in self.points.iter().enumerate() {
            let (begin, end) = (left(index), left(index + 1));
            chart.columns.push(Column {
                x: percent(begin),
                width: percent(end - begin),
                text: self.column_text(lang, point),
                is_gap: point.values.iter().all(Option::is_none),
            });
            for (series, value) in point.values.iter().enumerate() {
                let Some(value) = value.map(scaled) else { continue };
                if is_bars {
                    let (gap, top) = ((end - begin) / 6, y(value));
                    chart.bars.push(Bar {
                        x: percent(begin + gap),
                        width: percent(end - begin - gap * 2),
                        y: top,
                        height: base - top,
                        is_open: point.is_open,
                    });
                    continue;
                }
                let at = (percent(middle(index)), y(value));
                let next = self.points.get(index + 1);
                let next_value = next.and_then(|next| next.values.get(series).copied().flatten()).map(scaled);
                if let (Some(next), Some(value)) = (next, next_value) {
                    let to = (percent(middle(index + 1)), y(value));
                    chart.segments.push(Segment { series, from: at.clone(), to, is_open: next.is_open });
                }
                // Dots of many days would be a second line.
                if self.points.len() <= MAX_BARS && !self.is_small || self.is_lonely(index, series) {
                    chart.dots.push(Dot { series, at, is_open: point.is_open });
                }
            }
        }
        if self.series.len() > 1 {
            chart.legend = self.series.iter().map(|name| (*name).to_owned()).collect();
        }
        (chart.id, chart.title) = (self.id, self.title);
        chart
    }

    /// Returns true if a value has no neighbour that a line could lead to.
    fn is_lonely(&self, index: usize, series: usize) -> bool {
        let has_value = |index: usize| {
            self.points.get(index).is_some_and(|point| point.values.get(series).is_some_and(Option::is_some))
        };
        !has_value(index + 1) && (index == 0 || !has_value(index - 1))
    }

    fn labels(&self, middle: impl Fn(usize) -> u64) -> Vec<Label> {
        let count = self.points.len();
        let every = count.div_ceil(MAX_LABELS).max(1);
        let labeled = (0..count).filter(|index| (count - 1 - index).is_multiple_of(every));
        let label = |index: usize| {
            let x = middle(index);
            // A label is as wide as a sixth of a phone: at the edges it must not leave the chart.
            let anchor = if x > 9_300 {
                "end"
            } else if x < 700 {
                "start"
            } else {
                "middle"
            };
            let x = match anchor {
                "end" => 10_000,
                "start" => 0,
                _ => x,
            };
            Label { x: percent(x), anchor, text: self.points[index].label.clone() }
        };
        labeled.map(label).collect()
    }

    fn column_text(&self, lang: Lang, point: &Point) -> String {
        let mut text = point.name.clone();
        for (name, value) in self.series.iter().zip(&point.values) {
            let value = match (value, lang) {
                (Some(figure), _) => number_text(self.measure, *figure),
                (None, Lang::Zh) => "无数据".to_owned(),
                (None, Lang::En) => "no data".to_owned(),
            };
            text.push('\n');
            text.push_str(&labeled(lang, name, &value));
        }
        text
    }

    /// Describes the range and, for each series, the least and the largest value.
    fn describe(&self, lang: Lang) -> String {
        let (Some(first), Some(last)) = (self.points.first(), self.points.last()) else {
            return String::new();
        };
        let mut parts = vec![match lang {
            Lang::Zh => format!("{} 至 {}", first.name, last.name),
            Lang::En => format!("{} to {}", first.name, last.name),
        }];
        for (series, name) in self.series.iter().enumerate() {
            let values =
                || self.points.iter().filter_map(|point| point.values.get(series).copied().flatten());
            let (least, most) =
                (values().min_by_key(|one| scaled(*one)), values().max_by_key(|one| scaled(*one)));
            let (Some(least), Some(most)) = (least, most) else { continue };
            let (least, most) = (number_text(self.measure, least), number_text(self.measure, most));
            let range = match lang {
                Lang::Zh => format!("最低 {least}，最高 {most}"),
                Lang::En => format!("{least} to {most}"),
            };
            parts.push(labeled(lang, name, &range));
        }
        parts.join(match lang {
            Lang::Zh => "；",
            Lang::En => "; ",
        })
    }
}

fn labeled(lang: Lang, name: &str, value: &str) -> String {
    match lang {
        Lang::Zh => format!("{name}：{value}"),
        Lang::En => format!("{name}: {value}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(value: u64) -> Option<Figure> {
        Some(Figure { value, parts: 1 })
    }

    fn chart(measure: Measure, values: &[Option<Figure>]) -> Chart {
        let point = |value: &Option<Figure>| Point {
            label: "d".to_owned(),
            name: "day".to_owned(),
            is_open: false,
            values: vec![*value, *value],
        };
        let points = values.iter().map(point).collect();
        Plot {
            id: "a".to_owned(),
            title: "t".to_owned(),
            measure,
            points,
            series: vec!["x", "y"],
            is_small: false,
        }
        .draw(Lang::En)
    }

    #[test]
    fn numbers_are_grouped_and_shares_are_percent() {
        let text = |measure, value, parts| number_text(measure, Figure { value, parts });
        assert_eq!(text(Measure::Count, 1_234_567, 1), "1,234,567");
        assert_eq!(text(Measure::Count, 999, 1), "999");
        assert_eq!(text(Measure::Average, 12_345, 10), "1,234.5");
        assert_eq!(text(Measure::Share, 3_333, 10_000), "33.33%");
        assert_eq!(text(Measure::Share, 5, 10), "50%");
        assert_eq!(text(Measure::Share, 0, 1), "0%");
        assert_eq!(text(Measure::Share, 1, 10_000), "0.01%");
    }

    #[test]
    fn the_axis_ends_at_or_above_the_largest_value() {
        for (measure, value, labels) in [
            (Measure::Count, whole(0), vec!["0", "1"]),
            (Measure::Count, whole(3), vec!["0", "1", "2", "3"]),
            (Measure::People, whole(4), vec!["0", "1", "2", "3", "4"]),
            (Measure::People, whole(5), vec!["0", "2", "4", "6"]),
            (Measure::Count, whole(40_001), vec!["0", "20,000", "40,000", "60,000"]),
            (Measure::Share, Some(Figure { value: 9_301, parts: 10_000 }), vec!["0%", "50%", "100%"]),
            (Measure::Share, Some(Figure { value: 120, parts: 10_000 }), vec!["0%", "1%", "2%"]),
        ] {
            let chart = chart(measure, &[value]);
            let found: Vec<&str> = chart.grid.iter().map(|(_, label)| label.as_str()).collect();
            assert_eq!(found, labels, "{value:?}");
            assert_eq!(chart.grid.first().map(|(y, _)| *y), Some(ABOVE + PLOT));
            assert_eq!(chart.grid.last().map(|(y, _)| *y), Some(ABOVE));
        }
        // The largest number that there is does not overflow.
        assert!(chart(Measure::Count, &[whole(u64::MAX)]).grid.len() >= 2);
    }

    #[test]
    fn days_without_data_break_the_line() {
        let chart = chart(Measure::Count, &[whole(1), whole(2), None, whole(3)]);
        assert_eq!(chart.segments.len(), 2, "one for each series");
        assert_eq!(chart.dots.len(), 6);
        let gaps: Vec<bool> = chart.columns.iter().map(|column| column.is_gap).collect();
        assert_eq!(gaps, [false, false, true, false]);
        assert_eq!(chart.columns[2].text, "day\nx: no data\ny: no data");
        assert_eq!(chart.description, "day to day; x: 1 to 3; y: 1 to 3");
        assert_eq!((chart.columns[3].x.as_str(), chart.columns[3].width.as_str()), ("75.00%", "25.00%"));
    }

    #[test]
    fn labels_are_few_and_the_last_day_has_one() {
        for days in [1, 2, 5, 6, 7, 30, 90, 366] {
            let labels = chart(Measure::Count, &vec![whole(1); days]).labels;
            assert!((1..=MAX_LABELS).contains(&labels.len()), "{days}: {}", labels.len());
        }
    }
}
