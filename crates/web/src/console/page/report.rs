//! The page of an annual report.

use askama::Template;

use super::{Console, ConsoleFrame, DepartmentChoice};
use crate::{
    console::text::statistics::StatisticsTexts,
    page::{Frame, Html},
    time::Moment,
    view::Zone,
};

/// The report of a year.
#[derive(Clone, Debug)]
pub struct AnnualReport {
    /// The frame.
    pub console: Console,
    /// The name of the organisation or department.
    pub organisation: String,
    /// The year; absent if there is no report at all.
    pub year: Option<i32>,
    /// The years with a report, the newest first, and their paths.
    pub years: Vec<(i32, String)>,
    /// Departments to choose from.
    pub departments: Vec<DepartmentChoice>,
    /// The chosen department; absent for the organisation.
    pub department: Option<i64>,
    /// What there is of the report.
    pub state: ReportState,
    /// When the page was made.
    pub time: Moment,
    /// The time zone of all days.
    pub zone: Zone,
}

/// What there is of a report.
#[derive(Clone, Debug)]
pub enum ReportState {
    /// There is no past year with statistics.
    None,
    /// The year is this one.
    NotOver,
    /// It is being made.
    InProgress {
        /// The days of the year with statistics.
        days: usize,
        /// The days that are done.
        done: usize,
    },
    /// It is there.
    Ready {
        /// The days of the year with statistics.
        days: usize,
        /// The numbers.
        chapters: Vec<ReportChapter>,
    },
}

/// A chapter of a report.
#[derive(Clone, Debug)]
pub struct ReportChapter {
    /// Its name.
    pub name: String,
    /// Names and numbers.
    pub entries: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "console/report.html")]
struct ReportPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    t: &'static StatisticsTexts,
    view: &'a AnnualReport,
}

/// The report of a year.
pub fn annual_report(view: &AnnualReport) -> Html {
    let (frame, t) = (Frame::new(&view.console.page), StatisticsTexts::of(view.console.page.lang));
    ReportPage { frame, c: ConsoleFrame::new(&view.console), t, view }.render()
}
