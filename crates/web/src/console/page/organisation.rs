//! The page of the organisation.

use askama::Template;

use super::{Conflict, Console, ConsoleFrame};
use crate::{
    console::text::organisation::OrganisationTexts,
    page::{Frame, Html},
    view::Logo,
};

/// The properties of an organisation.
#[derive(Clone, Debug)]
pub struct OrganisationPage {
    /// The frame.
    pub console: Console,
    /// The address at which members sign in.
    pub address: String,
    /// Former short names, newest first.
    pub former: Vec<String>,
    /// The logo.
    pub logo: Option<Logo>,
    /// The media id of the logo; empty without one.
    pub logo_id: String,
    /// The revision that the form is based on.
    pub revision: String,
    /// What differs from what somebody else stored meanwhile.
    pub conflict: Option<Conflict>,
    /// The query of the preview.
    pub preview: String,
    /// The names of all time zones.
    pub zones: Vec<String>,
    /// Whether an owner may add host names.
    pub may_add_hosts: bool,
    /// The values of the form.
    pub form: OrganisationForm,
    /// What the change takes away, and has to be confirmed.
    pub effects: Vec<String>,
    /// The value that confirms it.
    pub confirmed: String,
    /// What was done.
    pub done: Option<&'static str>,
    /// Why nothing was done.
    pub problem: Option<String>,
}

/// The values of the form.
#[derive(Clone, Debug, Default)]
pub struct OrganisationForm {
    /// The name.
    pub name: String,
    /// The short name.
    pub short_name: String,
    /// The host names, one in each line.
    pub hosts: String,
    /// Whether the organisation has its own colour.
    pub own_color: bool,
    /// The colour, `#rrggbb`.
    pub accent_color: String,
    /// The name of the time zone.
    pub time_zone: String,
}

#[derive(Template)]
#[template(path = "console/organisation_settings.html")]
struct OrganisationTemplate<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    o: &'static OrganisationTexts,
    view: &'a OrganisationPage,
}

/// The properties of an organisation.
pub fn organisation(view: &OrganisationPage) -> Html {
    let frame = Frame::new(&view.console.page);
    let o = OrganisationTexts::of(view.console.page.lang);
    OrganisationTemplate { frame, c: ConsoleFrame::new(&view.console), o, view }.render()
}
