//! A member's own account: sessions and password.

use carillon_domain::password::Objection;

use super::Page;
use crate::time::Moment;

/// What members see of themselves.
#[derive(Clone, Debug)]
pub struct Me {
    /// What every page needs.
    pub page: Page,
    /// The user id.
    pub userid: String,
    /// The password was set by the organisation: another one is advised.
    pub has_initial_password: bool,
    /// Something that was just done.
    pub done: Option<MeDone>,
    /// The sessions, the one that asks first.
    pub sessions: Vec<MemberSession>,
}

/// What a member has just done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeDone {
    /// The password was changed.
    Password,
    /// A session, or all others, were ended.
    Sessions,
}

/// One of a member's sessions.
#[derive(Clone, Debug)]
pub struct MemberSession {
    /// How the form that ends it names it.
    pub id: String,
    /// The browser and the device, as far as they are known.
    pub device: String,
    /// When it began.
    pub began: Moment,
    /// It is the one that asks.
    pub is_this: bool,
}

/// The form with which a member chooses another password.
#[derive(Clone, Debug)]
pub struct ChangePassword {
    /// What every page needs.
    pub page: Page,
    /// Where to go afterwards.
    pub next: String,
    /// The user id, for programs that keep passwords.
    pub userid: String,
    /// The password is a temporary one: nothing else is possible before.
    pub is_required: bool,
    /// Why the last try failed.
    pub error: Option<PasswordError>,
}

/// Why a password was not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordError {
    /// The password of before is wrong.
    WrongCurrent,
    /// The two new ones differ.
    Different,
    /// The new one cannot be one.
    Objection(Objection),
    /// Too many tries.
    TooManyTries,
    /// Too many passwords wait to be verified.
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
