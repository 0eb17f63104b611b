//! The pages of internal groups.

use askama::Template;
use carillon_model::id::DeptId;

use super::{Console, ConsoleFrame, DepartmentChoice, ListPages, MemberRow, Person};
use crate::{
    console::text::{groups::GroupTexts, lists::ListTexts},
    page::{Frame, Html},
    time::Moment,
    view::Zone,
};

/// A page of the list.
#[derive(Clone, Debug)]
pub struct Groups {
    /// The frame.
    pub console: Console,
    /// The part of the name that is searched.
    pub title: String,
    /// The number of the kind that is listed; 0 for all.
    pub kind: i64,
    /// The userid of the owner whose groups are listed; empty for all.
    pub owner: String,
    /// Whether dissolved groups are listed.
    pub with_dissolved: bool,
    /// The groups.
    pub groups: Vec<GroupLine>,
    /// The other pages.
    pub pages: ListPages,
    /// The values of the form of a new group.
    pub form: NewGroupForm,
    /// The departments that a new group can be of.
    pub departments: Vec<DepartmentChoice>,
    /// Why no group was made.
    pub problem: Option<String>,
    /// The time zone of all times.
    pub zone: Zone,
}

/// The values of the form of a new group.
#[derive(Clone, Debug, Default)]
pub struct NewGroupForm {
    /// The name.
    pub title: String,
    /// The number of the kind.
    pub kind: i64,
    /// The department, for a group of one.
    pub department: Option<DeptId>,
    /// The userid of the owner.
    pub owner: String,
}

/// A group in the list.
#[derive(Clone, Debug)]
pub struct GroupLine {
    /// The path of its page.
    pub href: String,
    /// Its name.
    pub title: String,
    /// The name of its kind.
    pub kind: &'static str,
    /// The userid and the name of the owner.
    pub owner: Option<(String, String)>,
    /// The number of members.
    pub members: i64,
    /// When it was created.
    pub created: Moment,
    /// When it was last active.
    pub active: Moment,
    /// When it was dissolved.
    pub dissolved: Option<Moment>,
}

/// A group.
#[derive(Clone, Debug)]
pub struct GroupPage {
    /// The frame.
    pub console: Console,
    /// Its id.
    pub id: String,
    /// The path of the page.
    pub path: String,
    /// Its name, or what stands for none.
    pub title: String,
    /// Its name, which is typed to dissolve it; empty without one.
    pub name: String,
    /// The name of its kind.
    pub kind: &'static str,
    /// Whether its members follow the organisation.
    pub follows: bool,
    /// Whether it can be changed: it is not dissolved.
    pub may_change: bool,
    /// Whether members can be added and removed.
    pub may_change_members: bool,
    /// The values of the form.
    pub form: GroupForm,
    /// The department that it is of.
    pub department: Option<String>,
    /// The name of its template; empty for none.
    pub template: String,
    /// The owner.
    pub owner: Option<Person>,
    /// Administrators beside the owner.
    pub administrators: Vec<Person>,
    /// The name of who created it.
    pub creator: String,
    /// The number of members.
    pub total: i64,
    /// The part of names that members are listed by.
    pub find: String,
    /// The members of the page.
    pub members: Vec<GroupMember>,
    /// The form that adds members.
    pub adding: AddMembers,
    /// The other pages of members.
    pub pages: ListPages,
    /// Whether only owner and administrators may post.
    pub words_banned: bool,
    /// Whether files are also stored in the drive.
    pub synced_to_drive: bool,
    /// Bytes of its files.
    pub used: String,
    /// Custom attributes.
    pub extensions: Vec<(String, String)>,
    /// When it was created.
    pub created: Moment,
    /// When it was last active.
    pub active: Moment,
    /// When it was dissolved.
    pub dissolved: Option<Moment>,
    /// What has to be confirmed.
    pub question: Option<GroupQuestion>,
    /// What was done.
    pub done: Option<String>,
    /// Why nothing was done.
    pub problem: Option<String>,
    /// The time zone of all times.
    pub zone: Zone,
}

/// The values of the form of a group.
#[derive(Clone, Debug)]
pub struct GroupForm {
    /// The name.
    pub title: String,
    /// Whether only owner and administrators may post.
    pub words_banned: bool,
    /// Whether files are also stored in the drive.
    pub synced_to_drive: bool,
}

/// A member of a group.
#[derive(Clone, Debug)]
pub struct GroupMember {
    /// The member.
    pub row: MemberRow,
    /// Whether the member owns the group.
    pub is_owner: bool,
    /// Whether the member is an administrator beside the owner.
    pub is_administrator: bool,
}

/// The form that adds members.
#[derive(Clone, Debug)]
pub struct AddMembers {
    /// What is searched for.
    pub find: String,
    /// Members who are not in the group yet and were found.
    pub found: Vec<MemberRow>,
    /// Whether more were found.
    pub are_more: bool,
    /// Typed userids.
    pub users: String,
    /// The departments.
    pub departments: Vec<DepartmentChoice>,
    /// Whether the organisation has more departments than are listed.
    pub are_more_departments: bool,
}

impl AddMembers {
    fn has_departments(&self) -> bool {
        self.departments.iter().any(|department| department.is_chosen)
    }
}

/// What the removal of members does, and has to be confirmed.
#[derive(Clone, Debug)]
pub struct GroupQuestion {
    /// What happens.
    pub lines: Vec<String>,
    /// The userids of the members.
    pub users: Vec<String>,
}

#[derive(Template)]
#[template(path = "console/groups.html")]
struct GroupsTemplate<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    g: &'static GroupTexts,
    l: &'static ListTexts,
    view: &'a Groups,
}

/// The list.
pub fn groups(view: &Groups) -> Html {
    let lang = view.console.page.lang;
    let (frame, c) = (Frame::new(&view.console.page), ConsoleFrame::new(&view.console));
    let (g, l) = (GroupTexts::of(lang), ListTexts::of(lang));
    GroupsTemplate { frame, c, g, l, view }.render()
}

#[derive(Template)]
#[template(path = "console/group.html")]
struct GroupTemplate<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    g: &'static GroupTexts,
    l: &'static ListTexts,
    view: &'a GroupPage,
}

/// A group.
pub fn group(view: &GroupPage) -> Html {
    let lang = view.console.page.lang;
    let (frame, c) = (Frame::new(&view.console.page), ConsoleFrame::new(&view.console));
    let (g, l) = (GroupTexts::of(lang), ListTexts::of(lang));
    GroupTemplate { frame, c, g, l, view }.render()
}
