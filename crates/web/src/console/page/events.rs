//! The pages of events.

use askama::Template;
use carillon_domain::event::log::RetriedEvents;

use super::{Choice, Console, ConsoleFrame};
use crate::{
    console::text::events::EventTexts,
    page::{Frame, Html},
    view::Zone,
};

/// The delivery log of an app.
#[derive(Clone, Debug)]
pub struct Events {
    /// The frame.
    pub console: Console,
    /// The apps to choose from.
    pub apps: Vec<Choice>,
    /// The types to choose from.
    pub kinds: Vec<Choice>,
    /// The states to choose from.
    pub states: Vec<Choice>,
    /// What was typed as the times.
    pub times: (String, String),
    /// The app; `None` if there is none.
    pub app: Option<AppEvents>,
    /// Whether a filter is set.
    pub is_filtered: bool,
    /// The events, newest first.
    pub lines: Vec<EventLine>,
    /// The path of the next page.
    pub older: Option<String>,
    /// The path of the list as a file.
    pub csv: String,
    /// What was done.
    pub done: Option<String>,
    /// Why a form was refused.
    pub problem: Option<&'static str>,
    /// The time zone of all times.
    pub zone: Zone,
}

/// How an app receives events.
#[derive(Clone, Debug)]
pub struct AppEvents {
    /// The key.
    pub key: String,
    /// The path of the subscription.
    pub path: String,
    /// How it receives them; `None` if it does not.
    pub subscription: Option<SubscriptionView>,
    /// The start of a retry of many events, as typed, and what it would do.
    pub retry: Option<(String, RetriedEvents)>,
}

/// A subscription.
#[derive(Clone, Debug)]
pub struct SubscriptionView {
    /// Names and patterns.
    pub patterns: Vec<String>,
    /// The URL of the callback.
    pub url: Option<String>,
    /// Topics of Stream clients.
    pub topics: Vec<&'static str>,
    /// Events that it lacks the permission for.
    pub withheld: Vec<&'static str>,
    /// Whether it is stored; else the app only opened Stream connections.
    pub is_stored: bool,
}

/// An event.
#[derive(Clone, Debug)]
pub struct EventLine {
    /// The path of its page.
    pub href: String,
    /// What it is about.
    pub title: &'static str,
    /// Its type.
    pub kind: &'static str,
    /// Its state, and whether it failed.
    pub state: (&'static str, bool),
    /// RFC 3339, and in the organisation's time zone.
    pub born: (String, String),
    /// When it is sent next.
    pub next: Option<String>,
    /// The number of attempts.
    pub attempts: usize,
    /// Status and problem of the newest attempt.
    pub newest: String,
    /// The id.
    pub id: String,
    /// The topic.
    pub topic: &'static str,
}

/// An event with its attempts.
#[derive(Clone, Debug)]
pub struct EventPage {
    /// The frame.
    pub console: Console,
    /// The key and the name of the app.
    pub app: (String, String),
    /// The path of the page.
    pub path: String,
    /// The event, once for each topic.
    pub deliveries: Vec<DeliveryView>,
    /// The content, if it may be shown.
    pub content: Option<String>,
    /// Whether it can be sent again.
    pub may_retry: bool,
    /// What was done.
    pub done: Option<&'static str>,
    /// Why a form was refused.
    pub problem: Option<&'static str>,
    /// The path of the list.
    pub back: String,
    /// The time zone of all times.
    pub zone: Zone,
}

/// The delivery of an event.
#[derive(Clone, Debug)]
pub struct DeliveryView {
    /// The event.
    pub line: EventLine,
    /// The key of the conversation.
    pub conversation: String,
    /// When it ended.
    pub ended: Option<String>,
    /// The attempts, oldest first.
    pub attempts: Vec<AttemptView>,
}

/// An attempt.
#[derive(Clone, Debug)]
pub struct AttemptView {
    /// The number.
    pub number: i64,
    /// When it began.
    pub started: String,
    /// How long it took.
    pub took: String,
    /// The status.
    pub status: String,
    /// The first bytes of the response.
    pub answer: String,
    /// Why it failed.
    pub problem: String,
}

/// The page of a subscription.
#[derive(Clone, Debug)]
pub struct SubscriptionPage {
    /// The frame.
    pub console: Console,
    /// The key and the name of the app.
    pub app: (String, String),
    /// The path of the page.
    pub path: String,
    /// The path of the list.
    pub back: String,
    /// The stored subscription.
    pub stored: Option<SubscriptionView>,
    /// What was typed.
    pub form: SubscriptionForm,
    /// Whether the operator may set another callback.
    pub may_set_callback: bool,
    /// Whether secrets need the password once more.
    pub needs_password: bool,
    /// Why the form was refused.
    pub problem: Option<&'static str>,
}

/// What was typed for a subscription.
#[derive(Clone, Debug, Default)]
pub struct SubscriptionForm {
    /// Names and patterns, one on each line.
    pub patterns: String,
    /// `stream`, `same` or `callback`.
    pub receiving: String,
    /// The URL.
    pub url: String,
    /// The token.
    pub token: String,
    /// The key that encrypts.
    pub aes_key: String,
}

#[derive(Template)]
#[template(path = "console/events.html")]
struct EventsPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    e: &'static EventTexts,
    view: &'a Events,
}

/// The delivery log of an app.
pub fn events(view: &Events) -> Html {
    let (frame, e) = (Frame::new(&view.console.page), EventTexts::of(view.console.page.lang));
    EventsPage { frame, c: ConsoleFrame::new(&view.console), e, view }.render()
}

#[derive(Template)]
#[template(path = "console/event.html")]
struct OneEventPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    e: &'static EventTexts,
    view: &'a EventPage,
}

/// An event with its attempts.
pub fn event(view: &EventPage) -> Html {
    let (frame, e) = (Frame::new(&view.console.page), EventTexts::of(view.console.page.lang));
    OneEventPage { frame, c: ConsoleFrame::new(&view.console), e, view }.render()
}

#[derive(Template)]
#[template(path = "console/subscription.html")]
struct OneSubscriptionPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    e: &'static EventTexts,
    view: &'a SubscriptionPage,
}

/// The page of a subscription.
pub fn subscription(view: &SubscriptionPage) -> Html {
    let lang = view.console.page.lang;
    let (frame, e) = (Frame::new(&view.console.page), EventTexts::of(lang));
    OneSubscriptionPage { frame, c: ConsoleFrame::new(&view.console), e, view }.render()
}
