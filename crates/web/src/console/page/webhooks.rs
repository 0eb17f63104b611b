//! The page of reply addresses.

use askama::Template;

use super::{Choice, Console, ConsoleFrame};
use crate::{
    console::text::webhooks::WebhookTexts,
    page::{Frame, Html},
    view::Zone,
};

/// Reply addresses to try.
#[derive(Clone, Debug)]
pub struct Webhooks {
    /// The frame.
    pub console: Console,
    /// The apps to choose from.
    pub apps: Vec<Choice>,
    /// The conversations to choose from.
    pub accounts: Vec<Choice>,
    /// The chosen address; `None` if none is open.
    pub webhook: Option<WebhookView>,
    /// The time zone of all times.
    pub zone: Zone,
}

/// A reply address.
#[derive(Clone, Debug)]
pub struct WebhookView {
    /// The URL.
    pub url: String,
    /// Until when it works.
    pub expires: String,
    /// The member's message.
    pub message: String,
    /// The formats: name, path of the page, whether it is chosen.
    pub formats: Vec<(&'static str, String, bool)>,
    /// The body of the chosen one.
    pub body: String,
    /// The command that sends it.
    pub curl: String,
}

#[derive(Template)]
#[template(path = "console/webhooks.html")]
struct WebhooksPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    w: &'static WebhookTexts,
    view: &'a Webhooks,
}

/// Reply addresses to try.
pub fn webhooks(view: &Webhooks) -> Html {
    let (frame, w) = (Frame::new(&view.console.page), WebhookTexts::of(view.console.page.lang));
    WebhooksPage { frame, c: ConsoleFrame::new(&view.console), w, view }.render()
}
