//! One function for each page of the reference.

mod fact;
mod limits;
mod offline;
mod operation;

use std::collections::BTreeMap;

use askama::Template;
use carillon_reference::{
    ApiError, Caller, Entry, Event, Field, Folder, Found, Guide, Host, Kind, Operation, Place, Reference,
    Text,
};
use serde_json::Value;

pub(super) use fact::{fact, facts};
pub(super) use limits::{limits, tables};
pub(super) use offline::offline;
pub(super) use operation::{OnServer, operation, value_of};

use super::{guide as guides, inline, text::ReferenceTexts};
use crate::{
    assets,
    page::{Frame, Html},
    text::Lang,
    view::Page,
};

/// What all pages of the reference share.
pub(super) struct ReferenceFrame<'a> {
    frame: Frame<'a>,
    reference: &'a Reference,
    r: &'static ReferenceTexts,
}

impl<'a> ReferenceFrame<'a> {
    pub(super) fn new(page: &'a Page, reference: &'a Reference) -> Self {
        Self { frame: Frame::new(page), reference, r: ReferenceTexts::of(page.lang) }
    }
}

/// What templates ask of a page.
pub(super) struct View<'a> {
    reference: &'a Reference,
    r: &'static ReferenceTexts,
    /// The operation that the navigation marks.
    current: &'a str,
}

impl<'a> View<'a> {
    pub(super) fn texts(&self) -> &'static ReferenceTexts {
        self.r
    }

    /// A text in the reader's language.
    fn text<'b>(&self, text: &'b Text) -> &'b str {
        match self.r.lang() {
            Lang::Zh => &text.zh,
            Lang::En => &text.en,
        }
    }

    /// The same with code and links.
    fn rich(&self, text: &Text) -> String {
        inline::html(self.text(text), self.reference)
    }

    /// The title in the other language, and that language.
    fn other<'b>(&self, text: &'b Text) -> &'b str {
        match self.r.lang() {
            Lang::Zh => &text.en,
            Lang::En => &text.zh,
        }
    }

    fn other_lang(&self) -> &'static str {
        self.r.lang().other().tag()
    }

    /// The name of a folder above others.
    fn above<'b>(&self, name: &'b str) -> &'b str {
        match self.r.lang() {
            Lang::Zh => name,
            Lang::En => carillon_reference::folder_in_english(name),
        }
    }

    /// Whether it has to be said where a field stands: not for those of bodies and responses, which have their own lists.
    fn shows_place(&self, field: &Field) -> bool {
        matches!(field.place, Place::Query | Place::Path | Place::Header)
    }

    /// Where the limits of an operation are, if it has any.
    fn has_limits(&self, operation: &Operation) -> bool {
        operation.body_bytes.is_some() || !operation.limited_fields().is_empty()
    }

    /// The folder that the navigation shows open.
    fn is_open(&self, folder: &Folder) -> bool {
        folder.entries.iter().any(|entry| entry.id == self.current)
    }

    /// The script that makes the examples.
    fn snippets(&self) -> &'static str {
        assets::links().snippets
    }

    /// The operations that raise an event.
    fn raisers(&self, event: &str) -> Vec<&'a Operation> {
        self.reference.raisers(event).collect()
    }

    fn is_for_apps(&self, operation: &Operation) -> bool {
        operation.callers.contains(&Caller::App)
    }

    fn has_raisers(&self, event: &str) -> bool {
        !self.raisers(event).is_empty()
    }

    fn folders(&self) -> &'a [Folder] {
        &self.reference.folders
    }

    fn json(&self, value: &Value) -> String {
        serde_json::to_string_pretty(value).unwrap_or_default()
    }

    pub(super) fn value(&self, value: &Value) -> String {
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
    }

    fn found_address(&self, found: &Found) -> String {
        match found.kind {
            Kind::Fact => format!("/reference/facts/{}", found.id),
            Kind::Event => format!("/reference/events/{}", found.id),
            Kind::Operation | Kind::Missing => format!("/reference/{}", found.id),
        }
    }
}

macro_rules! view {
    ($shared:expr, $current:expr) => {
        View { reference: $shared.reference, r: $shared.r, current: $current }
    };
}

#[derive(Template)]
#[template(path = "reference/home.html")]
struct HomePage<'a> {
    frame: Frame<'a>,
    view: View<'a>,
    r: &'static ReferenceTexts,
}

pub(super) fn home(shared: ReferenceFrame<'_>) -> Html {
    HomePage { view: view!(shared, ""), r: shared.r, frame: shared.frame }.render()
}

#[derive(Template)]
#[template(path = "reference/guide.html")]
struct GuidePage<'a> {
    frame: Frame<'a>,
    view: View<'a>,
    r: &'static ReferenceTexts,
    guide: &'a Guide,
    body: String,
    previous: Option<&'a Guide>,
    next: Option<&'a Guide>,
}

pub(super) fn guide(shared: ReferenceFrame<'_>, guide: &Guide, base_url: &str) -> Html {
    let guides = &shared.reference.guides;
    let index = guides.iter().position(|one| one.name == guide.name).unwrap_or_default();
    GuidePage {
        body: guides::html(guide, shared.r, base_url),
        previous: index.checked_sub(1).and_then(|index| guides.get(index)),
        next: guides.get(index + 1),
        view: view!(shared, guide.name),
        r: shared.r,
        frame: shared.frame,
        guide,
    }
    .render()
}

#[derive(Template)]
#[template(path = "reference/missing.html")]
struct MissingPage<'a> {
    frame: Frame<'a>,
    view: View<'a>,
    r: &'static ReferenceTexts,
    entry: &'a Entry,
}

pub(super) fn missing(shared: ReferenceFrame<'_>, entry: &Entry) -> Html {
    MissingPage { view: view!(shared, entry.id.as_str()), r: shared.r, frame: shared.frame, entry }.render()
}

#[derive(Template)]
#[template(path = "reference/event_body.html")]
struct EventBody<'a> {
    view: &'a View<'a>,
    r: &'static ReferenceTexts,
    event: &'a Event,
}

#[derive(Template)]
#[template(path = "reference/event.html")]
struct EventPage<'a> {
    frame: Frame<'a>,
    view: View<'a>,
    r: &'static ReferenceTexts,
    event: &'a Event,
    body: String,
}

pub(super) fn event(shared: ReferenceFrame<'_>, event: &Event) -> Html {
    let view = view!(shared, "");
    let body = EventBody { view: &view, r: shared.r, event }.render()?;
    EventPage { body, view, r: shared.r, frame: shared.frame, event }.render()
}

#[derive(Template)]
#[template(path = "reference/events.html")]
struct EventsPage<'a> {
    frame: Frame<'a>,
    view: View<'a>,
    r: &'static ReferenceTexts,
}

pub(super) fn events(shared: ReferenceFrame<'_>) -> Html {
    EventsPage { view: view!(shared, ""), r: shared.r, frame: shared.frame }.render()
}

/// An error with the operations that have it.
struct ErrorLine<'a> {
    error: &'a ApiError,
    operations: Vec<&'a Operation>,
    /// Whether it is the first one with its code, to which links to the code lead.
    is_first: bool,
}

#[derive(Template)]
#[template(path = "reference/errors.html")]
struct ErrorsPage<'a> {
    frame: Frame<'a>,
    view: View<'a>,
    r: &'static ReferenceTexts,
    groups: Vec<(&'a str, &'a Text, &'a [ApiError])>,
    lines: Vec<ErrorLine<'a>>,
}

pub(super) fn errors(shared: ReferenceFrame<'_>) -> Html {
    let reference = shared.reference;
    let mut by_meaning: BTreeMap<(Code<'_>, &str), ErrorLine<'_>> = BTreeMap::new();
    for operation in &reference.operations {
        for error in &operation.errors {
            let key = (Code::of(&error.code), error.wrong.en.as_str());
            let line =
                by_meaning.entry(key).or_insert(ErrorLine { error, operations: Vec::new(), is_first: false });
            if line.operations.last().is_none_or(|last| last.id != operation.id) {
                line.operations.push(operation);
            }
        }
    }
    let mut lines: Vec<ErrorLine<'_>> = by_meaning.into_values().collect();
    let mut before = "";
    for line in &mut lines {
        line.is_first = line.error.code != before;
        before = &line.error.code;
    }
    let groups = reference.error_groups.iter();
    let groups = groups.map(|(name, group)| (name.as_str(), &group.title, group.errors.as_slice()));
    ErrorsPage { groups: groups.collect(), lines, view: view!(shared, ""), r: shared.r, frame: shared.frame }
        .render()
}

/// Codes in their order: numbers by value, then texts.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Code<'a> {
    Number(i64),
    Text(&'a str),
}

impl<'a> Code<'a> {
    fn of(code: &'a str) -> Self {
        code.parse().map_or(Self::Text(code), Self::Number)
    }
}

#[derive(Template)]
#[template(path = "reference/permissions.html")]
struct PermissionsPage<'a> {
    frame: Frame<'a>,
    view: View<'a>,
    r: &'static ReferenceTexts,
    permissions: BTreeMap<&'a str, (Vec<&'a Operation>, Vec<&'a Event>)>,
}

pub(super) fn permissions(shared: ReferenceFrame<'_>) -> Html {
    let mut permissions: BTreeMap<&str, (Vec<&Operation>, Vec<&Event>)> = BTreeMap::new();
    for operation in &shared.reference.operations {
        if let Some(permission) = &operation.permission {
            permissions.entry(permission).or_default().0.push(operation);
        }
    }
    for event in &shared.reference.events {
        for permission in &event.permissions {
            permissions.entry(permission).or_default().1.push(event);
        }
    }
    PermissionsPage { permissions, view: view!(shared, ""), r: shared.r, frame: shared.frame }.render()
}

#[derive(Template)]
#[template(path = "reference/search.html")]
struct SearchPage<'a> {
    frame: Frame<'a>,
    view: View<'a>,
    r: &'static ReferenceTexts,
    typed: &'a str,
    found: &'a [Found],
}

pub(super) fn search(shared: ReferenceFrame<'_>, typed: &str, found: &[Found]) -> Html {
    SearchPage { view: view!(shared, ""), r: shared.r, frame: shared.frame, typed, found }.render()
}

/// The fields of an object, with those in them.
#[derive(Template)]
#[template(path = "reference/fields.html")]
struct Fields<'a> {
    view: &'a View<'a>,
    r: &'static ReferenceTexts,
    fields: &'a [Field],
    is_request: bool,
}

impl View<'_> {
    /// The fields as HTML.
    fn fields(&self, fields: &[Field], is_request: bool) -> String {
        let rendered = Fields { view: self, r: self.r, fields, is_request }.render();
        rendered.unwrap_or_default()
    }

    fn is_legacy(&self, operation: &Operation) -> bool {
        operation.host == Host::Legacy
    }
}
