//! The pages that sign a member in.

use super::{Organisation, Page};

/// The sign-in page of an organisation.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// The data that all pages need.
    pub page: Page,
    /// The path to go to afterwards, checked with [`safe_return`](crate::paths::safe_return).
    pub next: String,
    /// The path that the form is posted to.
    pub action: String,
    /// The path of the page that asks for another organisation; `None` if there is no other one.
    pub other: Option<String>,
    /// The user id, if one was typed before.
    pub userid: String,
    /// The provider of single sign-on.
    pub provider: Option<SignInProvider>,
    /// Members to pick; empty unless this is the demonstration organisation.
    pub demo_members: Vec<DemoMember>,
    /// Why the last attempt failed.
    pub error: Option<SignInError>,
}

impl SignIn {
    /// Returns true if members cannot sign in by a password.
    pub fn is_by_provider_alone(&self) -> bool {
        self.provider.as_ref().is_some_and(|provider| provider.is_only_way)
    }
}

/// The provider of single sign-on of an organisation.
#[derive(Clone, Debug)]
pub struct SignInProvider {
    /// The path that leads to it.
    pub href: String,
    /// Its name.
    pub label: String,
    /// Whether members cannot sign in by a password.
    pub is_only_way: bool,
}

/// The page after signing out of an organisation with a provider.
#[derive(Clone, Debug)]
pub struct SignedOut {
    /// The data that all pages need.
    pub page: Page,
    /// The path to sign in again.
    pub sign_in: String,
    /// The name of the provider.
    pub label: String,
    /// The provider's own page for signing out, if it has one.
    pub provider_page: Option<String>,
}

/// Why a sign-in failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInError {
    /// The user id or the password is wrong. The page does not say which.
    WrongPassword,
    /// Too many attempts.
    TooManyTries,
    /// The queue for verifying passwords is full, or too many sign-ins wait for the provider.
    Busy,
    /// Members sign in by the provider alone.
    ProviderOnly,
    /// The organisation has no provider, or another one than before.
    ProviderOff,
    /// The sign-in took too long, or this browser did not begin it, or its answer was used before.
    ProviderExpired,
    /// The member cancelled, or the provider refused the member.
    ProviderDenied,
    /// The provider cannot be reached.
    ProviderUnreachable,
    /// The provider and the settings do not fit.
    ProviderFailed,
    /// The provider knows somebody who is no member.
    NoMember,
    /// The provider states no usable userid.
    NoUserid,
    /// The provider states no e-mail address, or one that is not verified.
    UnverifiedEmail,
    /// The provider states no mobile number, or one that is not verified.
    UnverifiedMobile,
    /// The member is another person for the provider.
    LinkedToAnother,
}

impl SignInError {
    /// The HTTP status of the page.
    pub fn status(self) -> u16 {
        match self {
            SignInError::WrongPassword => 401,
            SignInError::TooManyTries => 429,
            SignInError::Busy | SignInError::ProviderUnreachable => 503,
            SignInError::ProviderFailed => 502,
            SignInError::ProviderExpired | SignInError::ProviderDenied => 400,
            SignInError::ProviderOff => 404,
            SignInError::ProviderOnly
            | SignInError::NoMember
            | SignInError::NoUserid
            | SignInError::UnverifiedEmail
            | SignInError::UnverifiedMobile
            | SignInError::LinkedToAnother => 403,
        }
    }
}

/// The page that asks for the organisation to sign in to.
#[derive(Clone, Debug)]
pub struct OrganisationChoice {
    /// The data that all pages need.
    pub page: Page,
    /// The path to go to afterwards.
    pub next: String,
    /// The short name, if one was typed before.
    pub short_name: String,
    /// Why no organisation was found by it.
    pub problem: Option<ChoiceError>,
    /// Members of the demonstration organisation to pick.
    pub demo_members: Vec<DemoMember>,
}

/// Why no organisation was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChoiceError {
    /// The field was empty.
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

/// The page for a member of one organisation who opens the entry page of another one. `page` is of the member's organisation.
#[derive(Clone, Debug)]
pub struct OtherOrganisation {
    /// The data that all pages need.
    pub page: Page,
    /// The organisation whose entry page was opened.
    pub other: Organisation,
    /// The path of that entry page, with the path to go to afterwards.
    pub entry: String,
}

/// A member of the demonstration organisation. Anybody may sign in as this member.
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
