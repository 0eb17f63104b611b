//! Pages that show a reason and a way on.

use super::Page;
use crate::text::Lang;

/// A page that says why there is nothing, and what to do next.
#[derive(Clone, Debug)]
pub struct Notice {
    /// What every page needs.
    pub page: Page,
    /// Why there is nothing.
    pub kind: NoticeKind,
    /// Where to sign in to the organisation whose page it would be.
    pub sign_in: Option<String>,
    /// The request id, shown when the server failed.
    pub request_id: Option<String>,
}

/// The page that says how an app gets permissions.
#[derive(Clone, Debug)]
pub struct PermissionNeeded {
    /// What every page needs.
    pub page: Page,
    /// The app.
    pub app_key: String,
    /// Codes of permissions.
    pub permissions: Vec<String>,
}

/// Why there is nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// No such page.
    NotFound,
    /// No organisation has this address.
    UnknownOrganisation,
    /// The article was deleted.
    Deleted,
    /// The message was recalled.
    Recalled,
    /// The preview is over.
    LinkExpired,
    /// For members only.
    SignInNeeded,
    /// For other members.
    Forbidden,
    /// For members of another organisation than the one that the browser is signed in to.
    OtherOrganisation,
    /// The server has too much to do just now.
    Busy,
    /// The server failed.
    Unavailable,
}

impl NoticeKind {
    /// The HTTP status of the page.
    pub fn status(self) -> u16 {
        match self {
            NoticeKind::NotFound | NoticeKind::UnknownOrganisation => 404,
            NoticeKind::Deleted | NoticeKind::Recalled | NoticeKind::LinkExpired => 410,
            NoticeKind::SignInNeeded => 401,
            NoticeKind::Forbidden | NoticeKind::OtherOrganisation => 403,
            NoticeKind::Busy => 503,
            NoticeKind::Unavailable => 500,
        }
    }

    /// The heading, and what to do next.
    pub fn texts(self, lang: Lang) -> (&'static str, &'static str) {
        let t = lang.texts();
        match self {
            NoticeKind::NotFound => (t.not_found, t.not_found_next),
            NoticeKind::UnknownOrganisation => (t.unknown_organisation, t.unknown_organisation_next),
            NoticeKind::Deleted => (t.deleted, t.deleted_next),
            NoticeKind::Recalled => (t.recalled, t.recalled_next),
            NoticeKind::LinkExpired => (t.link_expired, t.link_expired_next),
            NoticeKind::SignInNeeded => (t.sign_in_needed, t.sign_in_needed_next),
            NoticeKind::Forbidden => (t.forbidden, t.forbidden_next),
            NoticeKind::OtherOrganisation => (t.other_organisation, t.other_organisation_next),
            NoticeKind::Busy => (t.busy, t.busy_next),
            NoticeKind::Unavailable => (t.unavailable, t.unavailable_next),
        }
    }
}
