//! The pages of the journal of calls.

use askama::Template;
use carillon_wire::explain::Page as VendorPage;

use super::{Console, ConsoleFrame};
use crate::{
    console::text::calls::{CallTexts, texts},
    page::{Frame, Html},
    view::Zone,
};

/// The list of calls.
#[derive(Clone, Debug)]
pub struct CallList {
    /// The frame.
    pub console: Console,
    /// The apps to choose from.
    pub callers: Vec<Choice>,
    /// The apps of the organisation.
    pub apps: Vec<Choice>,
    /// The operations to choose from.
    pub operations: Vec<Choice>,
    /// Whether only refused calls are listed.
    pub refused_only: bool,
    /// Whether a filter is set.
    pub is_filtered: bool,
    /// Whether this is the first page, which changes while it is open.
    pub is_first: bool,
    /// The calls, newest first.
    pub lines: Vec<CallLine>,
    /// Apps whose bodies are recorded: key, name, until when.
    pub recordings: Vec<(String, String, String)>,
    /// Calls that were not recorded.
    pub unrecorded: i64,
    /// Hours that calls, and refused calls, are stored.
    pub hours: (u32, u32),
    /// The path of the next page.
    pub older: Option<String>,
    /// The path of the list as a file.
    pub csv: String,
    /// The time zone of all times.
    pub zone: Zone,
}

/// A value of a filter.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The value.
    pub value: String,
    /// The name.
    pub name: String,
    /// Whether it is chosen.
    pub is_chosen: bool,
}

/// A call.
#[derive(Clone, Debug)]
pub struct CallLine {
    /// The id of its request.
    pub id: String,
    /// The path of its page.
    pub href: String,
    /// The title of the operation, or that there is none.
    pub title: String,
    /// The id of the operation, or method and path of the request.
    pub operation: String,
    /// Who called.
    pub caller: String,
    /// When, RFC 3339.
    pub iso: String,
    /// When, in the organisation's time zone.
    pub time: String,
    /// The HTTP status.
    pub status: u16,
    /// How long it took, such as `3.1 ms`.
    pub took: String,
    /// Code and text of the error; `None` if it succeeded.
    pub error: Option<(String, String)>,
}

/// A call with the explanation.
#[derive(Clone, Debug)]
pub struct CallDetails {
    /// The frame.
    pub console: Console,
    /// The call.
    pub line: CallLine,
    /// The vendor's page of the operation, and its place in the OpenAPI document; `None` for an unknown path.
    pub links: Option<(Option<VendorPage>, String)>,
    /// The path of the page of the calling app.
    pub app: Option<String>,
    /// The id in the response.
    pub request_id: String,
    /// Where the call came from; empty on the socket of the data folder.
    pub address: &'static str,
    /// Request and response, if they were recorded.
    pub body: Option<(String, String)>,
    /// Why it was refused; `None` if it succeeded.
    pub explanation: Option<CallExplanation>,
    /// The time zone of all times.
    pub zone: Zone,
}

/// Why a call was refused.
#[derive(Clone, Debug)]
pub struct CallExplanation {
    /// What was wrong.
    pub wrong: String,
    /// What holds now.
    pub now: Vec<String>,
    /// What to do next.
    pub next: String,
    /// The vendor's page of the operation.
    pub page: Option<VendorPage>,
    /// The operation in the OpenAPI document; empty if there is none.
    pub document: String,
}

#[derive(Template)]
#[template(path = "console/calls.html")]
struct CallsPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    t: &'static CallTexts,
    view: &'a CallList,
}

/// The list of calls.
pub fn calls(view: &CallList) -> Html {
    let (frame, t) = (Frame::new(&view.console.page), texts(view.console.page.lang));
    CallsPage { frame, c: ConsoleFrame::new(&view.console), t, view }.render()
}

#[derive(Template)]
#[template(path = "console/call.html")]
struct CallPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    t: &'static CallTexts,
    view: &'a CallDetails,
}

/// A call with the explanation.
pub fn call(view: &CallDetails) -> Html {
    let (frame, t) = (Frame::new(&view.console.page), texts(view.console.page.lang));
    CallPage { frame, c: ConsoleFrame::new(&view.console), t, view }.render()
}
