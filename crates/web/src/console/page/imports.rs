//! The pages of imports of members.

use askama::Template;

use super::{Console, ConsoleFrame, ListPages};
use crate::{
    console::text::{imports::ImportTexts, lists::ListTexts},
    page::{Frame, Html},
    time::Moment,
    view::Zone,
};

/// An import in the list.
#[derive(Clone, Debug)]
pub struct ImportRow {
    /// The path of its page.
    pub href: String,
    /// The name of the file.
    pub title: String,
    /// How far it is.
    pub status: &'static str,
    /// What became of its lines.
    pub summary: String,
    /// When it was uploaded.
    pub created: Moment,
}

/// The page with the form for a list, and earlier imports.
#[derive(Clone, Debug)]
pub struct Imports {
    /// The frame.
    pub console: Console,
    /// The imports, the newest first.
    pub rows: Vec<ImportRow>,
    /// The path of the file.
    pub csv: String,
    /// The path of the one that has not ended.
    pub running: Option<String>,
    /// The columns with what their cells have.
    pub columns: Vec<(&'static str, &'static str)>,
    /// What went wrong with the upload.
    pub problem: Option<String>,
    /// The time zone of all times.
    pub zone: Zone,
}

#[derive(Template)]
#[template(path = "console/imports.html")]
struct ImportsPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    m: &'static ImportTexts,
    view: &'a Imports,
}

/// The form for a list, and earlier imports.
pub fn imports(view: &Imports) -> Html {
    let (frame, m) = (Frame::new(&view.console.page), ImportTexts::of(view.console.page.lang));
    ImportsPage { frame, c: ConsoleFrame::new(&view.console), m, view }.render()
}

/// One of the lists of lines of an import.
#[derive(Clone, Debug)]
pub struct ImportTab {
    /// The path with this list.
    pub href: String,
    /// Its name.
    pub name: &'static str,
    /// The number of lines.
    pub count: i64,
    /// Whether it is the list on the page.
    pub is_chosen: bool,
}

/// A line of an import.
#[derive(Clone, Debug)]
pub struct ImportLineRow {
    /// The number of the line.
    pub line: i64,
    /// The userid.
    pub userid: String,
    /// The path of the member; `None` before there is one.
    pub href: Option<String>,
    /// The name.
    pub name: String,
    /// The columns that change.
    pub changes: String,
    /// The column with the problem.
    pub column: &'static str,
    /// The problem.
    pub reason: String,
}

/// An import.
#[derive(Clone, Debug)]
pub struct ImportPage {
    /// The frame.
    pub console: Console,
    /// The path of the page. Forms are posted below it.
    pub path: String,
    /// The name of the file.
    pub title: String,
    /// How far it is.
    pub status: &'static str,
    /// How many lines there are, and who uploaded them.
    pub origin: String,
    /// The share that is done, in percent, while the server works on it.
    pub percent: Option<i64>,
    /// Whether it can be applied.
    pub may_apply: bool,
    /// Whether it can be called off.
    pub may_cancel: bool,
    /// What calling it off does.
    pub cancel_sure: &'static str,
    /// What applying does.
    pub apply_sure: String,
    /// What is said of an import that ended early.
    pub left_out: Option<String>,
    /// The lists of its lines; empty while it is being checked.
    pub tabs: Vec<ImportTab>,
    /// The lines of the chosen list.
    pub rows: Vec<ImportLineRow>,
    /// Whether the list has problems.
    pub shows_problems: bool,
    /// Whether the list has changes.
    pub shows_changes: bool,
    /// Whether lines have problems, which can be downloaded.
    pub has_problems: bool,
    /// The heading of the departments.
    pub departments_heading: &'static str,
    /// The first departments that are made.
    pub departments: Vec<String>,
    /// The number of those that are not named.
    pub more_departments: i64,
    /// The other pages of the list.
    pub pages: ListPages,
    /// What went wrong.
    pub problem: Option<&'static str>,
    /// The time zone of all times.
    pub zone: Zone,
}

#[derive(Template)]
#[template(path = "console/import.html")]
struct ImportTemplate<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    m: &'static ImportTexts,
    l: &'static ListTexts,
    view: &'a ImportPage,
}

/// An import.
pub fn import(view: &ImportPage) -> Html {
    let lang = view.console.page.lang;
    let (frame, c) = (Frame::new(&view.console.page), ConsoleFrame::new(&view.console));
    let (m, l) = (ImportTexts::of(lang), ListTexts::of(lang));
    ImportTemplate { frame, c, m, l, view }.render()
}
