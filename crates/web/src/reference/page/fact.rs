//! The pages of the kinds of facts.

use askama::Template;
use carillon_reference::FactKind;

use super::{Frame, Html, ReferenceFrame, ReferenceTexts, View};

/// The contents of the page of a kind of fact.
#[derive(Template)]
#[template(path = "reference/fact_body.html")]
struct FactBody<'a> {
    view: &'a View<'a>,
    r: &'static ReferenceTexts,
    fact: &'a FactKind,
}

/// The page of a kind of fact, without its frame.
pub(super) fn body(view: &View<'_>, fact: &FactKind) -> Html {
    FactBody { view, r: view.r, fact }.render()
}

#[derive(Template)]
#[template(path = "reference/fact.html")]
struct FactPage<'a> {
    frame: Frame<'a>,
    view: View<'a>,
    r: &'static ReferenceTexts,
    fact: &'a FactKind,
    body: String,
}

pub(in crate::reference) fn fact(shared: ReferenceFrame<'_>, fact: &FactKind) -> Html {
    let view = View { reference: shared.reference, r: shared.r, current: "facts" };
    FactPage { body: body(&view, fact)?, view, r: shared.r, frame: shared.frame, fact }.render()
}

#[derive(Template)]
#[template(path = "reference/facts.html")]
struct FactsPage<'a> {
    frame: Frame<'a>,
    view: View<'a>,
    r: &'static ReferenceTexts,
}

pub(in crate::reference) fn facts(shared: ReferenceFrame<'_>) -> Html {
    let view = View { reference: shared.reference, r: shared.r, current: "facts" };
    FactsPage { view, r: shared.r, frame: shared.frame }.render()
}
