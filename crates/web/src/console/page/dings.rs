//! The page of urgent messages.

use askama::Template;

use super::{Conflict, Console, ConsoleFrame};
use crate::{
    console::text::dings::DingTexts,
    page::{Frame, Html},
    time::Moment,
    view::{Account, Zone},
};

/// Urgent messages.
#[derive(Clone, Debug)]
pub struct Dings {
    /// The frame.
    pub console: Console,
    /// The messages, newest first.
    pub dings: Vec<DingLine>,
    /// The path of the next page.
    pub next: Option<String>,
    /// The channels that the operator may send by: `app`, `phone`.
    pub channels: Vec<&'static str>,
    /// Whether the agreement was signed.
    pub is_signed: bool,
    /// The settings, for owners.
    pub settings: Option<DingSettings>,
    /// The values of the form.
    pub form: DingForm,
    /// What was done.
    pub done: Option<&'static str>,
    /// Why nothing was done.
    pub problem: Option<String>,
    /// The time zone of all times.
    pub zone: Zone,
}

/// An urgent message.
#[derive(Clone, Debug)]
pub struct DingLine {
    /// The path of its results.
    pub href: String,
    /// The name of the account.
    pub account: String,
    /// The text.
    pub content: String,
    /// Whether it was requested by phone.
    pub phone: bool,
    /// The name of the app or the operator.
    pub sender: String,
    /// How many received it.
    pub receivers: u64,
    /// How many confirmed it.
    pub confirmed: u64,
    /// When it was sent.
    pub time: Moment,
    /// Whether it was recalled.
    pub is_recalled: bool,
}

/// The accounts that send urgent messages.
#[derive(Clone, Debug)]
pub struct DingSettings {
    /// The revision that the form is based on.
    pub revision: String,
    /// What differs from what somebody else stored meanwhile.
    pub conflict: Option<Conflict>,
    /// Whether the agreement was signed.
    pub signed: bool,
    /// The account of the app channel; empty for none.
    pub app: String,
    /// The account of the phone channel; empty for none.
    pub phone: String,
    /// The accounts to choose from.
    pub accounts: Vec<Account>,
}

/// The values of the form.
#[derive(Clone, Debug, Default)]
pub struct DingForm {
    /// The receivers.
    pub users: String,
    /// The text.
    pub content: String,
    /// Whether it is by phone.
    pub phone: bool,
    /// The typed number of receivers.
    pub confirm: String,
    /// Whether the number is asked for.
    pub asks: bool,
}

#[derive(Template)]
#[template(path = "console/dings.html")]
struct DingsTemplate<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    d: &'static DingTexts,
    view: &'a Dings,
}

/// Urgent messages.
pub fn dings(view: &Dings) -> Html {
    let (frame, d) = (Frame::new(&view.console.page), DingTexts::of(view.console.page.lang));
    DingsTemplate { frame, c: ConsoleFrame::new(&view.console), d, view }.render()
}

/// An urgent message with its receivers.
#[derive(Clone, Debug)]
pub struct DingPage {
    /// The frame.
    pub console: Console,
    /// The name of the account.
    pub account: String,
    /// The text.
    pub content: String,
    /// Whether it was requested by phone.
    pub phone: bool,
    /// When it was sent.
    pub time: Moment,
    /// Whether it was recalled.
    pub is_recalled: bool,
    /// How many received it.
    pub total: u64,
    /// How many confirmed it.
    pub confirmed: u64,
    /// The receivers of the page; `None` if they are not known any more, or not for this operator.
    pub receivers: Option<Vec<DingReceiver>>,
    /// The path of the next ones.
    pub more: Option<String>,
    /// The time zone of all times.
    pub zone: Zone,
}

/// A receiver.
#[derive(Clone, Debug)]
pub struct DingReceiver {
    /// The userid; `None` for a former member.
    pub userid: Option<String>,
    /// The name.
    pub name: String,
    /// Whether the receiver has confirmed the message.
    pub has_confirmed: bool,
}

#[derive(Template)]
#[template(path = "console/ding.html")]
struct DingTemplate<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    d: &'static DingTexts,
    view: &'a DingPage,
}

/// An urgent message with its receivers.
pub fn ding(view: &DingPage) -> Html {
    let (frame, d) = (Frame::new(&view.console.page), DingTexts::of(view.console.page.lang));
    DingTemplate { frame, c: ConsoleFrame::new(&view.console), d, view }.render()
}
