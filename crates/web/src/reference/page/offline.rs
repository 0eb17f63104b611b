//! The whole reference as one file.

use askama::Template;
use carillon_domain::system::SettingInForce;
use carillon_reference::{Guide, Reference};

use super::{EventBody, Html, ReferenceTexts, View, fact, limits, operation::operation_body};
use crate::{reference::guide as guides, text::Lang};

#[derive(Template)]
#[template(path = "reference/offline.html")]
struct Offline<'a> {
    lang: Lang,
    view: &'a View<'a>,
    r: &'static ReferenceTexts,
    style: &'static str,
    guides: Vec<(&'a Guide, String)>,
    bodies: Vec<String>,
}

/// The whole reference as one file that needs nothing else.
pub(in crate::reference) fn offline(
    reference: &Reference,
    lang: Lang,
    base_url: &str,
    settings: &[SettingInForce],
) -> Html {
    let r = ReferenceTexts::of(lang);
    let view = View { reference, r, current: "" };
    let mut bodies = Vec::new();
    for operation in &reference.operations {
        bodies.push(operation_body(&view, operation, base_url, None)?);
    }
    for event in &reference.events {
        bodies.push(EventBody { view: &view, r, event }.render()?);
    }
    for kind in &reference.facts {
        bodies.push(fact::body(&view, kind)?);
    }
    bodies.push(limits::body(&view, settings)?);
    let guides = reference.guides.iter().map(|guide| (guide, guides::html(guide, r, base_url))).collect();
    let style =
        concat!(include_str!("../../../assets/inbox.css"), include_str!("../../../assets/reference.css"));
    let page = Offline { lang, view: &view, r, style, guides, bodies }.render()?;
    Ok(to_places(&page))
}

/// The page with links to places in it, and to the files beside it, in place of those to pages of the server.
fn to_places(page: &str) -> String {
    const LINK: &str = "href=\"/reference/";
    let mut parts = page.split(LINK);
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (path, rest) = part.split_once('"').unwrap_or((part, ""));
        let (name, place) = path.split_once('#').unwrap_or((path, ""));
        let link = match name.split_once('/') {
            _ if name.ends_with(".md") => name.to_owned(),
            Some(("events", event)) => format!("#event-{event}"),
            Some(("facts", fact)) => format!("#fact-{fact}"),
            Some(("guides", guide)) => format!("#guide-{guide}"),
            _ if name == "permissions" || name == "errors" => format!("#guide-{name}"),
            _ if !place.is_empty() => format!("#{place}"),
            _ => format!("#{name}"),
        };
        result.push_str("href=\"");
        result.push_str(&link);
        result.push('"');
        result.push_str(rest);
    }
    result
}
