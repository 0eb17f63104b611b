//! The pages of internal groups.

use askama::Template;

use super::{Console, ConsoleFrame, Person};
use crate::{
    console::text::groups::GroupTexts,
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
    /// Whether dissolved groups are listed.
    pub with_dissolved: bool,
    /// The groups.
    pub groups: Vec<GroupLine>,
    /// The path of the next page.
    pub next: Option<String>,
    /// The path of the file.
    pub csv: String,
    /// The time zone of all times.
    pub zone: Zone,
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
    /// Its name.
    pub title: String,
    /// The name of its kind.
    pub kind: &'static str,
    /// Whether its members follow the organisation.
    pub follows: bool,
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
    /// The members of the page.
    pub members: Vec<Person>,
    /// The number of the page.
    pub number: i64,
    /// The number of pages.
    pub pages: i64,
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
    /// The time zone of all times.
    pub zone: Zone,
}

#[derive(Template)]
#[template(path = "console/groups.html")]
struct GroupsTemplate<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    g: &'static GroupTexts,
    view: &'a Groups,
}

/// The list.
pub fn groups(view: &Groups) -> Html {
    let (frame, g) = (Frame::new(&view.console.page), GroupTexts::of(view.console.page.lang));
    GroupsTemplate { frame, c: ConsoleFrame::new(&view.console), g, view }.render()
}

#[derive(Template)]
#[template(path = "console/group.html")]
struct GroupTemplate<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    g: &'static GroupTexts,
    view: &'a GroupPage,
}

/// A group.
pub fn group(view: &GroupPage) -> Html {
    let (frame, g) = (Frame::new(&view.console.page), GroupTexts::of(view.console.page.lang));
    GroupTemplate { frame, c: ConsoleFrame::new(&view.console), g, view }.render()
}
