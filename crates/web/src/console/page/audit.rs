//! The page of the audit trail.

use askama::Template;

use super::{Console, ConsoleFrame};
use crate::{
    console::text::audit::AuditTexts,
    page::{Frame, Html},
    time::Moment,
    view::Zone,
};

/// A page of the audit trail.
#[derive(Clone, Debug)]
pub struct AuditTrail {
    /// The frame.
    pub console: Console,
    /// The entries, newest first.
    pub entries: Vec<AuditEntry>,
    /// The actor of the filter, by id.
    pub actor: String,
    /// The words or the code of the operation of the filter.
    pub action: String,
    /// The kind of object of the filter, by code.
    pub subject: String,
    /// The id of the object of the filter.
    pub object: String,
    /// The kinds of objects to choose from, by code and in words.
    pub subjects: Vec<(String, String)>,
    /// Whether the words of the filter are those of too many operations.
    pub has_too_many: bool,
    /// The path of the next page.
    pub older: Option<String>,
    /// The path of the first page; `None` on it.
    pub newest: Option<String>,
    /// The path of the file.
    pub csv: String,
    /// The time zone of all times.
    pub zone: Zone,
}

/// An entry of the audit trail.
#[derive(Clone, Debug)]
pub struct AuditEntry {
    /// When.
    pub time: Moment,
    /// The kind and the id of the actor; the command line and the server have no id.
    pub actor: (&'static str, String),
    /// The operation or command in words; its code if there are none.
    pub action: String,
    /// The code of the operation, or the command.
    pub action_code: String,
    /// The kind of the object in words; its code if there are none.
    pub object: String,
    /// The code of the kind of the object.
    pub object_code: String,
    /// The id of the object.
    pub object_id: String,
    /// The changed fields.
    pub fields: Vec<AuditField>,
}

/// A changed field.
#[derive(Clone, Debug)]
pub struct AuditField {
    /// Its name in words; its code if there are none.
    pub name: String,
    /// Its code.
    pub code: String,
    /// The former value.
    pub before: String,
    /// The new value.
    pub after: String,
}

#[derive(Template)]
#[template(path = "console/audit.html")]
struct AuditPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    a: &'static AuditTexts,
    view: &'a AuditTrail,
}

/// The audit trail.
pub fn audit(view: &AuditTrail) -> Html {
    let frame = Frame::new(&view.console.page);
    let a = AuditTexts::of(view.console.page.lang);
    AuditPage { frame, c: ConsoleFrame::new(&view.console), a, view }.render()
}
