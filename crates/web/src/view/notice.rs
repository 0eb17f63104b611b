//! Pages that show a reason and a way on.

use super::Page;
use crate::text::Lang;

/// A page that says why the content is not there, and what to do next.
#[derive(Clone, Debug)]
pub struct Notice {
    /// The data that all pages need.
    pub page: Page,
    /// The reason.
    pub kind: NoticeKind,
    /// The path to sign in to the organisation that the content belongs to, where that helps.
    pub sign_in: Option<String>,
}

/// The page that says how to grant permissions to an app.
#[derive(Clone, Debug)]
pub struct PermissionNeeded {
    /// The data that all pages need.
    pub page: Page,
    /// The key of the app.
    pub app_key: String,
    /// The codes of the permissions.
    pub permissions: Vec<String>,
}

/// Why the content is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// There is no such page.
    NotFound,
    /// No organisation has this address.
    UnknownOrganisation,
    /// The server has no organisation yet.
    NoOrganisation,
    /// The article was deleted.
    Deleted,
    /// The message was recalled.
    Recalled,
    /// The link of the preview has expired.
    LinkExpired,
    /// Only members may read it.
    SignInNeeded,
    /// Only other members may read it.
    Forbidden,
    /// Only members of another organisation may read it.
    OtherOrganisation,
    /// The provider did not confirm who is signed in.
    NotConfirmed,
    /// The server is overloaded.
    Busy,
    /// The server failed.
    Unavailable,
}

impl NoticeKind {
    /// The HTTP status of the page.
    pub fn status(self) -> u16 {
        match self {
            NoticeKind::NotFound | NoticeKind::UnknownOrganisation => 404,
            NoticeKind::NoOrganisation => 200,
            NoticeKind::Deleted | NoticeKind::Recalled | NoticeKind::LinkExpired => 410,
            NoticeKind::SignInNeeded => 401,
            NoticeKind::Forbidden | NoticeKind::OtherOrganisation | NoticeKind::NotConfirmed => 403,
            NoticeKind::Busy => 503,
            NoticeKind::Unavailable => 500,
        }
    }

    /// Returns the heading, and what to do next.
    pub fn texts(self, lang: Lang) -> (&'static str, &'static str) {
        let t = lang.texts();
        match self {
            NoticeKind::NotFound => (t.not_found, t.not_found_next),
            NoticeKind::UnknownOrganisation => (t.unknown_organisation, t.unknown_organisation_next),
            NoticeKind::NoOrganisation => (t.no_organisation, t.no_organisation_next),
            NoticeKind::Deleted => (t.deleted, t.deleted_next),
            NoticeKind::Recalled => (t.recalled, t.recalled_next),
            NoticeKind::LinkExpired => (t.link_expired, t.link_expired_next),
            NoticeKind::SignInNeeded => (t.sign_in_needed, t.sign_in_needed_next),
            NoticeKind::Forbidden => (t.forbidden, t.forbidden_next),
            NoticeKind::OtherOrganisation => (t.other_organisation, t.other_organisation_next),
            NoticeKind::NotConfirmed => (t.not_confirmed, t.not_confirmed_next),
            NoticeKind::Busy => (t.busy, t.busy_next),
            NoticeKind::Unavailable => (t.unavailable, t.unavailable_next),
        }
    }
}
