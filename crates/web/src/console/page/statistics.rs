//! The pages of statistics.

use askama::Template;
use carillon_domain::stats::{catalogue::Topic, query::DayList};

use super::{Console, ConsoleFrame, DepartmentChoice};
use crate::{
    console::{
        Section,
        chart::Chart,
        text::statistics::{self, StatisticsTexts},
    },
    page::{Frame, Html},
    text::Lang,
    view::Zone,
};

/// The days and the department of a page, which its address names.
#[derive(Clone, Debug)]
pub struct Range {
    /// The first day, `2026-11-01`.
    pub from: String,
    /// The last day.
    pub to: String,
    /// The number of days that end today, if the range is one of those to choose from.
    pub last_days: Option<i32>,
    /// The last day that can be chosen.
    pub today: String,
    /// The chosen department; absent for the organisation.
    pub department: Option<i64>,
}

impl Range {
    /// Ranges to choose from.
    pub const LAST_DAYS: [i32; 3] = [7, 30, 90];

    /// The query of the range.
    pub fn query(&self) -> String {
        let days = match self.last_days {
            Some(days) => format!("days={days}"),
            None => format!("from={}&to={}", self.from, self.to),
        };
        format!("{days}{}", self.department_query())
    }

    /// The query of a range that ends today.
    pub fn query_of_days(&self, days: &i32) -> String {
        format!("days={days}{}", self.department_query())
    }

    fn department_query(&self) -> String {
        self.department.map_or_else(String::new, |id| format!("&dept={id}"))
    }
}

/// The path of a topic.
pub fn topic_path(topic: &Topic) -> String {
    format!("{}/{}", Section::Statistics.path(), topic.code())
}

/// The first page: a number of each topic.
#[derive(Clone, Debug)]
pub struct StatisticsOverview {
    /// The frame.
    pub console: Console,
    /// The days.
    pub range: Range,
    /// Why the requested range was not used.
    pub problem: Option<&'static str>,
    /// The topics.
    pub tiles: Vec<TopicTile>,
    /// The time zone of all days.
    pub zone: Zone,
}

/// A topic on the first page.
#[derive(Clone, Debug)]
pub struct TopicTile {
    /// The topic.
    pub topic: Topic,
    /// The name of the number.
    pub number: String,
    /// Its value on the last day that is over and known, and that day.
    pub latest: Option<(String, String)>,
    /// Its course.
    pub chart: Chart,
}

/// The numbers of a topic.
#[derive(Clone, Debug)]
pub struct StatisticsTopic {
    /// The frame.
    pub console: Console,
    /// The topic.
    pub topic: Topic,
    /// The days and the department.
    pub range: Range,
    /// Why the requested range was not used.
    pub problem: Option<&'static str>,
    /// Departments to choose from.
    pub departments: Vec<DepartmentChoice>,
    /// The families with their numbers.
    pub families: Vec<FamilyFigures>,
    /// Names of families that have no numbers of departments.
    pub without_departments: Vec<&'static str>,
    /// The lists of the last day that is known.
    pub lists: Vec<ListOfDay>,
    /// Whether nothing is known of any day.
    pub is_empty: bool,
    /// The time zone of all days.
    pub zone: Zone,
}

/// A family with its numbers.
#[derive(Clone, Debug)]
pub struct FamilyFigures {
    /// Its code.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
    /// The charts, each with the unit of its numbers.
    pub charts: Vec<(&'static str, Chart)>,
    /// The names of numbers that are 0 on all known days, and have no chart.
    pub zeros: Vec<String>,
    /// The names of the numbers.
    pub headings: Vec<String>,
    /// The days, the newest first.
    pub rows: Vec<FigureRow>,
}

/// The numbers of a day.
#[derive(Clone, Debug)]
pub struct FigureRow {
    /// The day, `2026-11-30`.
    pub day: String,
    /// Whether it is over.
    pub is_over: bool,
    /// The numbers; absent where nothing is known.
    pub values: Vec<Option<String>>,
}

/// A list of a day.
#[derive(Clone, Debug)]
pub struct ListOfDay {
    /// Which.
    pub list: DayList,
    /// The day.
    pub day: String,
    /// Name, number, and the share of the largest number in percent, such as `12.50%`.
    pub rows: Vec<(String, String, String)>,
    /// Whether there are more.
    pub are_more: bool,
}

#[derive(Template)]
#[template(path = "console/statistics.html")]
struct OverviewPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    t: &'static StatisticsTexts,
    view: &'a StatisticsOverview,
    topic: Option<Topic>,
}

/// The first page of statistics.
pub fn statistics_overview(view: &StatisticsOverview) -> Html {
    let (frame, t) = (Frame::new(&view.console.page), StatisticsTexts::of(view.console.page.lang));
    OverviewPage { frame, c: ConsoleFrame::new(&view.console), t, view, topic: None }.render()
}

#[derive(Template)]
#[template(path = "console/statistics_topic.html")]
struct TopicPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    t: &'static StatisticsTexts,
    view: &'a StatisticsTopic,
    topic: Option<Topic>,
}

/// The numbers of a topic.
pub fn statistics_topic(view: &StatisticsTopic) -> Html {
    let (frame, t) = (Frame::new(&view.console.page), StatisticsTexts::of(view.console.page.lang));
    TopicPage { frame, c: ConsoleFrame::new(&view.console), t, view, topic: Some(view.topic) }.render()
}

/// The name of a topic, for templates.
pub fn topic_name(lang: Lang, topic: &Topic) -> &'static str {
    statistics::topic(lang, *topic)
}

/// The names of a list, for templates.
pub fn list_names(lang: Lang, list: &DayList) -> (&'static str, &'static str) {
    statistics::list(lang, *list)
}
