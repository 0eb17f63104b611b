//! The page of departments.

use askama::Template;

use super::{Console, ConsoleFrame, DepartmentChoice, ListPages, MemberRow};
use crate::{
    console::text::{departments::DepartmentTexts, lists::ListTexts},
    page::{Frame, Html},
};

/// A link to departments that are not listed.
#[derive(Clone, Debug)]
pub struct TreeMore {
    /// The path of the page with them.
    pub href: String,
    /// How many there are.
    pub count: usize,
}

/// A department in the tree.
#[derive(Clone, Debug)]
pub struct TreeRow {
    /// `dept_id`.
    pub id: i64,
    /// That of the department above; of the root, its own.
    pub parent: i64,
    /// The path of its page.
    pub href: String,
    /// The name.
    pub name: String,
    /// The depth in the tree, 0 to 8: deeper ones look like the eighth.
    pub depth: usize,
    /// The number of members, with those below.
    pub members: u64,
    /// Whether its children are listed.
    pub is_open: bool,
    /// Whether there are departments below.
    pub has_children: bool,
    /// Whether it is the one on the page.
    pub is_chosen: bool,
    /// Children of this department before those that are listed.
    pub earlier: Option<TreeMore>,
    /// Departments after this row that are not listed.
    pub more: Option<TreeMore>,
}

/// The places that a department can be moved to.
#[derive(Clone, Debug, Default)]
pub struct DepartmentMove {
    /// The department above.
    pub parent: i64,
    /// The sibling before it; `None` for the first one.
    pub up: Option<i64>,
    /// The sibling that it comes before when it moves down, `None` in it for the end; `None` for the last one.
    pub down: Option<Option<i64>>,
    /// Whether a place was chosen by dragging, which has to be confirmed.
    pub is_confirming: bool,
    /// The department that it is to come before.
    pub before: Option<i64>,
}

/// A department.
#[derive(Clone, Debug)]
pub struct DepartmentPage {
    /// The frame.
    pub console: Console,
    /// The visible part of the tree.
    pub tree: Vec<TreeRow>,
    /// Paths and names of the departments above, from the root on.
    pub crumbs: Vec<(String, String)>,
    /// The path of the page. Forms are posted below it.
    pub path: String,
    /// `dept_id`.
    pub id: i64,
    /// The stored name.
    pub name: String,
    /// The name in the form.
    pub form_name: String,
    /// The name of a new department.
    pub new_name: String,
    /// Whether it is the root.
    pub is_root: bool,
    /// The number of departments directly below.
    pub children: usize,
    /// The number of members, with those below.
    pub below: u64,
    /// The places that it can be moved to.
    pub placing: DepartmentMove,
    /// Departments to move to; empty if there are too many to list, and one has to be typed.
    pub targets: Vec<DepartmentChoice>,
    /// The department that is typed.
    pub target: String,
    /// Direct members.
    pub rows: Vec<MemberRow>,
    /// The number of direct members.
    pub total: u64,
    /// The other pages of members.
    pub pages: ListPages,
    /// What was done.
    pub done: Option<&'static str>,
    /// What went wrong.
    pub problem: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "console/department.html")]
struct DepartmentTemplate<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    d: &'static DepartmentTexts,
    l: &'static ListTexts,
    view: &'a DepartmentPage,
}

/// The page of a department.
pub fn department(view: &DepartmentPage) -> Html {
    let lang = view.console.page.lang;
    let (frame, c) = (Frame::new(&view.console.page), ConsoleFrame::new(&view.console));
    let (d, l) = (DepartmentTexts::of(lang), ListTexts::of(lang));
    DepartmentTemplate { frame, c, d, l, view }.render()
}
