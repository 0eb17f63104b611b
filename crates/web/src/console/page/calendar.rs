//! The page of the calendar.

use askama::Template;

use super::{Console, ConsoleFrame};
use crate::{
    console::text::calendar::CalendarTexts,
    page::{Frame, Html},
    view::{Account, Zone},
};

/// Entries of a day that are always visible.
const VISIBLE: usize = 4;

/// A month.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// The frame.
    pub console: Console,
    /// Its name.
    pub title: String,
    /// Its value in addresses, `2026-11`.
    pub month: String,
    /// Paths of the months before and after, and of the current one.
    pub previous: String,
    /// The month after.
    pub next: String,
    /// The month as a file.
    pub csv: String,
    /// The current month.
    pub current: String,
    /// The accounts to choose from.
    pub accounts: Vec<Account>,
    /// The chosen account; absent for all.
    pub account: Option<String>,
    /// Why the address was not followed.
    pub problem: Option<&'static str>,
    /// The days.
    pub days: Vec<CalendarDay>,
    /// Whether no day has an entry.
    pub is_empty: bool,
    /// Whether some entries were left out.
    pub is_cut: bool,
    /// The path of the drafts, for operators who may prepare sends.
    pub drafts: Option<&'static str>,
    /// The time zone of all times.
    pub zone: Zone,
}

/// A day of the calendar.
#[derive(Clone, Debug)]
pub struct CalendarDay {
    /// `2026-11-30`.
    pub date: String,
    /// Its number in the month.
    pub number: i8,
    /// The day of the week, from 1 for Monday.
    pub weekday: usize,
    /// Whether it is today.
    pub is_today: bool,
    /// The entries.
    pub entries: Vec<CalendarLine>,
}

impl CalendarDay {
    /// The entries that are always visible.
    fn visible(&self) -> &[CalendarLine] {
        &self.entries[..self.entries.len().min(VISIBLE)]
    }

    /// The others.
    fn folded(&self) -> &[CalendarLine] {
        self.entries.get(VISIBLE..).unwrap_or_default()
    }
}

/// An entry.
#[derive(Clone, Debug)]
pub struct CalendarLine {
    /// The path of its page.
    pub href: String,
    /// The time of day.
    pub clock: String,
    /// RFC 3339.
    pub iso: String,
    /// The title.
    pub title: String,
    /// The account, when there are several.
    pub account: Option<String>,
    /// The account, for the file.
    pub account_name: String,
    /// What it is.
    pub state: &'static str,
    /// The class of its colour: the code of the state of a send, `draft` or `article`.
    pub class: &'static str,
}

#[derive(Template)]
#[template(path = "console/calendar.html")]
struct CalendarPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    t: &'static CalendarTexts,
    view: &'a Calendar,
}

/// A month of the calendar.
pub fn calendar(view: &Calendar) -> Html {
    let (frame, t) = (Frame::new(&view.console.page), CalendarTexts::of(view.console.page.lang));
    CalendarPage { frame, c: ConsoleFrame::new(&view.console), t, view }.render()
}
