//! The pages of members.

use askama::Template;

use super::{Console, ConsoleFrame, DepartmentChoice, RoleChoice};
use crate::{
    console::text::members::MemberTexts,
    page::{Frame, Html},
    view::{MemberSession, Zone},
};

/// A member in the list.
#[derive(Clone, Debug)]
pub struct MemberRow {
    /// The path of the page.
    pub href: String,
    /// The name.
    pub name: String,
    /// The `userid`.
    pub userid: String,
    /// The job title.
    pub title: String,
    /// Names of the departments.
    pub departments: String,
    /// Whether the member has ever signed in.
    pub is_active: bool,
}

/// A page of members.
#[derive(Clone, Debug)]
pub struct Members {
    /// The frame.
    pub console: Console,
    /// The filters as the address has them.
    pub search: String,
    /// The chosen department.
    pub department: Option<i64>,
    /// How far the members are with signing in; empty for all.
    pub sign_in: &'static str,
    /// Departments to choose from.
    pub departments: Vec<DepartmentChoice>,
    /// The members.
    pub rows: Vec<MemberRow>,
    /// The number of members on all pages.
    pub total: u64,
    /// The page number, from 1.
    pub number: i64,
    /// The number of pages.
    pub pages: i64,
    /// The form of a new member.
    pub form: MemberForm,
    /// What went wrong with the form.
    pub problem: Option<&'static str>,
}

impl Members {
    /// The path of another page of this list.
    fn href(&self, number: i64) -> String {
        let department = self.department.map_or_else(String::new, |id| format!("&department={id}"));
        let sign_in = if self.sign_in.is_empty() { "" } else { &format!("&sign_in={}", self.sign_in) };
        format!(
            "/console/members?search={}{department}{sign_in}&page={number}",
            crate::paths::encode(&self.search)
        )
    }
}

/// The fields of a member.
#[derive(Clone, Debug, Default)]
pub struct MemberForm {
    /// The `userid` of a new member.
    pub userid: String,
    /// The name.
    pub name: String,
    /// The mobile number.
    pub mobile: String,
    /// Whether it is hidden.
    pub hide_mobile: bool,
    /// The e-mail address.
    pub email: String,
    /// The job title.
    pub title: String,
    /// The job number.
    pub job_number: String,
    /// The extension.
    pub telephone: String,
    /// The place of work.
    pub work_place: String,
    /// The remark.
    pub remark: String,
}

#[derive(Template)]
#[template(path = "console/members.html")]
struct MembersPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    m: &'static MemberTexts,
    view: &'a Members,
}

/// The list of members.
pub fn members(view: &Members) -> Html {
    let (frame, m) = (Frame::new(&view.console.page), MemberTexts::of(view.console.page.lang));
    MembersPage { frame, c: ConsoleFrame::new(&view.console), m, view }.render()
}

/// A member.
#[derive(Clone, Debug)]
pub struct MemberPage {
    /// The frame.
    pub console: Console,
    /// The path of the page. Forms are posted below it.
    pub path: String,
    /// The `userid`.
    pub userid: String,
    /// The stored name.
    pub name: String,
    /// The fields.
    pub form: MemberForm,
    /// The departments.
    pub departments: Vec<DepartmentChoice>,
    /// The roles.
    pub roles: Vec<RoleChoice>,
    /// Whether the member has ever signed in.
    pub is_active: bool,
    /// The sessions, the newest first.
    pub sessions: Vec<MemberSession>,
    /// Whether this operator may reset and delete the member.
    pub may_reset: bool,
    /// The link that was made.
    pub link: Option<String>,
    /// What was done.
    pub done: Option<&'static str>,
    /// What went wrong.
    pub problem: Option<&'static str>,
    /// The time zone of all times.
    pub zone: Zone,
}

#[derive(Template)]
#[template(path = "console/member.html")]
struct MemberTemplate<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    m: &'static MemberTexts,
    view: &'a MemberPage,
}

/// The page of a member.
pub fn member(view: &MemberPage) -> Html {
    let (frame, m) = (Frame::new(&view.console.page), MemberTexts::of(view.console.page.lang));
    MemberTemplate { frame, c: ConsoleFrame::new(&view.console), m, view }.render()
}
