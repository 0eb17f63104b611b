//! The pages of apps.

use askama::Template;

use super::{Console, ConsoleFrame, ListPages};
use crate::{
    console::text::{apps::AppTexts, lists::ListTexts},
    page::{Frame, Html},
    view::Zone,
};

/// The list of apps.
#[derive(Clone, Debug)]
pub struct Apps {
    /// The frame.
    pub console: Console,
    /// The apps, newest first.
    pub rows: Vec<AppLine>,
    /// A part of the name or of the key.
    pub search: String,
    /// The other pages.
    pub pages: ListPages,
    /// The form for a new one.
    pub form: AppForm,
    /// Whether secrets need the password once more.
    pub needs_password: bool,
    /// Why the form was refused.
    pub problem: Option<&'static str>,
    /// The time zone of all times.
    pub zone: Zone,
}

/// What was typed for a new app.
#[derive(Clone, Debug, Default)]
pub struct AppForm {
    /// The name.
    pub name: String,
    /// The type; empty for an internal app.
    pub app_type: String,
}

/// An app.
#[derive(Clone, Debug)]
pub struct AppLine {
    /// The path of its page.
    pub href: String,
    /// The key.
    pub key: String,
    /// The name.
    pub name: String,
    /// The name of its type.
    pub app_type: &'static str,
    /// The number of its permissions.
    pub permissions: usize,
    /// When it was created: RFC 3339, and in the organisation's time zone.
    pub created: (String, String),
    /// Whether it is disabled.
    pub disabled: bool,
}

/// The page of an app.
#[derive(Clone, Debug)]
pub struct AppPage {
    /// The frame.
    pub console: Console,
    /// The app.
    pub app: AppLine,
    /// `agentId`.
    pub agent_id: i64,
    /// What was typed as its name.
    pub name: String,
    /// The secret that was just made.
    pub secret: Option<String>,
    /// The addresses that it may call from; `None` for any.
    pub addresses: Option<String>,
    /// The path of its events.
    pub events: String,
    /// The path of its calls.
    pub calls: String,
    /// Permissions that it has.
    pub granted: Vec<PermissionLine>,
    /// All others.
    pub others: Vec<PermissionLine>,
    /// Whether the operator may do what only owners may.
    pub is_owner: bool,
    /// Whether the operator may renew the secret, and enable the app.
    pub may_renew: bool,
    /// Whether secrets need the password once more.
    pub needs_password: bool,
    /// What was done.
    pub done: Option<&'static str>,
    /// Why a form was refused.
    pub problem: Option<&'static str>,
    /// The time zone of all times.
    pub zone: Zone,
}

/// A permission, and what it opens.
#[derive(Clone, Debug)]
pub struct PermissionLine {
    /// The code.
    pub code: String,
    /// The name; the code if this version does not know the permission.
    pub name: String,
    /// Operations: title, method and path, place in the OpenAPI document.
    pub operations: Vec<(String, String, String)>,
    /// Names of events.
    pub events: Vec<&'static str>,
    /// Names of fields of members.
    pub fields: Vec<&'static str>,
}

#[derive(Template)]
#[template(path = "console/apps.html")]
struct AppsPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    a: &'static AppTexts,
    l: &'static ListTexts,
    view: &'a Apps,
}

/// The list of apps.
pub fn apps(view: &Apps) -> Html {
    let (frame, lang) = (Frame::new(&view.console.page), view.console.page.lang);
    let (a, l) = (AppTexts::of(lang), ListTexts::of(lang));
    AppsPage { frame, c: ConsoleFrame::new(&view.console), a, l, view }.render()
}

#[derive(Template)]
#[template(path = "console/app.html")]
struct OneAppPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    a: &'static AppTexts,
    view: &'a AppPage,
}

/// The page of an app.
pub fn app(view: &AppPage) -> Html {
    let (frame, a) = (Frame::new(&view.console.page), AppTexts::of(view.console.page.lang));
    OneAppPage { frame, c: ConsoleFrame::new(&view.console), a, view }.render()
}
