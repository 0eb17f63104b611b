//! Signing in.

use super::{Organisation, Page};

/// The sign-in page of an organisation.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// What every page needs.
    pub page: Page,
    /// Where to go afterwards; checked with [`safe_return`](crate::paths::safe_return).
    pub next: String,
    /// Where the form is sent.
    pub action: String,
    /// Where another organisation can be named; `None` if there is no other one.
    pub other: Option<String>,
    /// The user id typed so far.
    pub userid: String,
    /// Members to pick, on the demonstration organisation only.
    pub demo_members: Vec<DemoMember>,
    /// Why the last try failed.
    pub error: Option<SignInError>,
}

/// Why a sign-in failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInError {
    /// The user id or the password is wrong; which of them is not told.
    WrongPassword,
    /// Too many tries.
    TooManyTries,
    /// Too many passwords wait to be verified.
    Busy,
}

impl SignInError {
    /// The HTTP status of the page.
    pub fn status(self) -> u16 {
        match self {
            SignInError::WrongPassword => 401,
            SignInError::TooManyTries => 429,
            SignInError::Busy => 503,
        }
    }
}

/// The question which organisation to sign in to.
#[derive(Clone, Debug)]
pub struct OrganisationChoice {
    /// What every page needs.
    pub page: Page,
    /// Where to go afterwards.
    pub next: String,
    /// The short name typed so far.
    pub short_name: String,
    /// Why it leads nowhere.
    pub problem: Option<ChoiceError>,
    /// Members of the demonstration organisation to pick.
    pub demo_members: Vec<DemoMember>,
}

/// Why no organisation was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChoiceError {
    /// None was named.
    Missing,
    /// No organisation has the short name.
    Unknown,
}

impl ChoiceError {
    /// The HTTP status of the page.
    pub fn status(self) -> u16 {
        match self {
            ChoiceError::Missing => 400,
            ChoiceError::Unknown => 404,
        }
    }
}

/// Somebody who is signed in to one organisation came to the door of another one. The page is that of the first one.
#[derive(Clone, Debug)]
pub struct OtherOrganisation {
    /// What every page needs.
    pub page: Page,
    /// The organisation whose door it is.
    pub other: Organisation,
    /// Its door, and where that leads.
    pub entry: String,
}

/// A member of the demonstration organisation that anybody may sign in as.
#[derive(Clone, Debug)]
pub struct DemoMember {
    /// The short name of the organisation.
    pub corp: String,
    /// The user id.
    pub userid: String,
    /// The name.
    pub name: String,
    /// The password.
    pub password: String,
}
