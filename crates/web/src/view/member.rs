//! The pages of a member's own account: sessions and password.

use carillon_domain::password::Objection;

use super::{Page, Zone};
use crate::time::Moment;

/// The page of a member's own account.
#[derive(Clone, Debug)]
pub struct Me {
    /// The data that all pages need.
    pub page: Page,
    /// The user id.
    pub userid: String,
    /// True if the organisation set the password: the page advises the member to change it.
    pub has_initial_password: bool,
    /// The action that led to this page, to be confirmed.
    pub done: Option<AccountAction>,
    /// The sessions, with the current one first.
    pub sessions: Vec<MemberSession>,
    /// The time zone of the times.
    pub zone: Zone,
}

/// An action that the account page confirms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountAction {
    /// The password was changed.
    Password,
    /// One or more sessions were ended.
    Sessions,
}

/// One of a member's sessions.
#[derive(Clone, Debug)]
pub struct MemberSession {
    /// The id in the form that ends it.
    pub id: String,
    /// The browser and the system; empty if unknown.
    pub device: String,
    /// The time of the sign-in.
    pub began: Moment,
    /// When it was last used, to some minutes.
    pub used: Option<Moment>,
    /// When it ends if it is not used again.
    pub ends: Moment,
    /// True for the session of the request.
    pub is_this: bool,
}

/// The form to change the password.
#[derive(Clone, Debug)]
pub struct ChangePassword {
    /// The data that all pages need.
    pub page: Page,
    /// The path to go to afterwards.
    pub next: String,
    /// The user id, for password managers.
    pub userid: String,
    /// True if the password is temporary: the member must change it before anything else.
    pub is_required: bool,
    /// Why the last attempt failed.
    pub error: Option<PasswordError>,
}

/// The page of a link by which a member chooses a password.
#[derive(Clone, Debug)]
pub struct ChoosePassword {
    /// The data that all pages need.
    pub page: Page,
    /// The user id and the name of the member; `None` if the link was used or has expired.
    pub member: Option<(String, String)>,
    /// The path that the form is posted to.
    pub action: String,
    /// Why the last attempt failed.
    pub error: Option<PasswordError>,
}

/// Why a password was not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordError {
    /// The current password is wrong.
    WrongCurrent,
    /// The two new passwords differ.
    Different,
    /// The new password breaks a rule.
    Objection(Objection),
    /// Too many attempts.
    TooManyTries,
    /// The queue for verifying passwords is full.
    Busy,
}

impl PasswordError {
    /// The HTTP status of the page.
    pub fn status(self) -> u16 {
        match self {
            PasswordError::WrongCurrent => 403,
            PasswordError::Different | PasswordError::Objection(_) => 422,
            PasswordError::TooManyTries => 429,
            PasswordError::Busy => 503,
        }
    }
}
