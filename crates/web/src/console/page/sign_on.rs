//! The page of single sign-on.

use askama::Template;

use super::{Conflict, Console, ConsoleFrame};
use crate::{
    console::text::sign_on::SignOnTexts,
    page::{Frame, Html},
};

/// The settings of single sign-on.
#[derive(Clone, Debug)]
pub struct SignOnPage {
    /// The frame.
    pub console: Console,
    /// Addresses that the provider has to know.
    pub redirects: Vec<String>,
    /// The address that the provider tells sign-outs to.
    pub logout: String,
    /// The values of the form.
    pub form: SignOnForm,
    /// The revision that the form is based on.
    pub revision: String,
    /// What differs from what somebody else stored meanwhile.
    pub conflict: Option<Conflict>,
    /// Whether single sign-on is in use.
    pub is_set: bool,
    /// Whether a secret is stored.
    pub has_secret: bool,
    /// What was done.
    pub done: Option<String>,
    /// Why nothing was done.
    pub problem: Option<String>,
}

/// The values of the form.
#[derive(Clone, Debug, Default)]
pub struct SignOnForm {
    /// The issuer.
    pub issuer: String,
    /// The id of the client.
    pub client_id: String,
    /// The name on the button.
    pub label: String,
    /// The scopes, separated by spaces.
    pub scopes: String,
    /// `userid`, `email` or `mobile`.
    pub match_by: String,
    /// The claim with the userid.
    pub userid_claim: String,
    /// The claim with the groups.
    pub groups_claim: String,
    /// Lines such as `group=role`.
    pub group_roles: String,
    /// Whether people become members.
    pub enrol: bool,
    /// Whether passwords are of no use.
    pub only: bool,
}

#[derive(Template)]
#[template(path = "console/sign_on.html")]
struct SignOnTemplate<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    s: &'static SignOnTexts,
    view: &'a SignOnPage,
}

/// The settings of single sign-on.
pub fn sign_on(view: &SignOnPage) -> Html {
    let frame = Frame::new(&view.console.page);
    let s = SignOnTexts::of(view.console.page.lang);
    SignOnTemplate { frame, c: ConsoleFrame::new(&view.console), s, view }.render()
}
