//! The pages of members.

use askama::Template;

use super::{Console, ConsoleFrame, DepartmentChoice, ListPages, RoleChoice};
use crate::{
    console::text::{lists::ListTexts, members::MemberTexts},
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
    /// How far the members are with signing in; empty for all.
    pub sign_in: &'static str,
    /// Departments to choose from.
    pub departments: Vec<DepartmentChoice>,
    /// The members.
    pub rows: Vec<MemberRow>,
    /// The number of members on all pages.
    pub total: u64,
    /// The other pages.
    pub pages: ListPages,
    /// The form of a new member.
    pub form: MemberForm,
    /// What went wrong with the form.
    pub problem: Option<&'static str>,
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
    l: &'static ListTexts,
    view: &'a Members,
}

/// The list of members.
pub fn members(view: &Members) -> Html {
    let lang = view.console.page.lang;
    let (frame, c) = (Frame::new(&view.console.page), ConsoleFrame::new(&view.console));
    let (m, l) = (MemberTexts::of(lang), ListTexts::of(lang));
    MembersPage { frame, c, m, l, view }.render()
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
