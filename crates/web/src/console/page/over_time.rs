//! Charts with their table, and the page of the totals of an account by month.

use askama::Template;

use super::{Console, ConsoleFrame};
use crate::{
    console::{chart::Chart, text::calendar::CalendarTexts},
    page::{Frame, Html},
    view::{Account, Zone},
};

/// Charts with the table of their numbers.
#[derive(Clone, Debug)]
pub struct ChartTable {
    /// The id of the heading.
    pub id: &'static str,
    /// The heading.
    pub title: &'static str,
    /// The charts.
    pub charts: Vec<Chart>,
    /// The headings of the table.
    pub headings: Vec<&'static str>,
    /// The rows: name and numbers.
    pub rows: Vec<(String, Vec<String>)>,
    /// What the numbers leave out.
    pub note: Option<String>,
}

/// The totals of an account by month.
#[derive(Clone, Debug)]
pub struct Months {
    /// The frame.
    pub console: Console,
    /// The account.
    pub account: Account,
    /// Whether nothing was sent.
    pub is_empty: bool,
    /// The numbers.
    pub table: ChartTable,
    /// The time zone of the months.
    pub zone: Zone,
}

#[derive(Template)]
#[template(path = "console/months.html")]
struct MonthsPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    o: &'static CalendarTexts,
    view: &'a Months,
}

/// The totals of an account by month.
pub fn months(view: &Months) -> Html {
    let (frame, o) = (Frame::new(&view.console.page), CalendarTexts::of(view.console.page.lang));
    MonthsPage { frame, c: ConsoleFrame::new(&view.console), o, view }.render()
}
