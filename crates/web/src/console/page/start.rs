//! The page of the first-run guide.

use askama::Template;
use carillon_domain::guide::{Guide, Step};

use super::{Console, ConsoleFrame};
use crate::{
    console::text::start::StartTexts,
    page::{Frame, Html},
};

/// The guide.
#[derive(Clone, Debug)]
pub struct Start {
    /// The frame.
    pub console: Console,
    /// The steps.
    pub guide: Guide,
}

impl Start {
    /// The first step that is not done.
    fn next(&self) -> Option<Step> {
        self.guide.steps.iter().find(|(_, done)| !done).map(|(step, _)| *step)
    }
}

#[derive(Template)]
#[template(path = "console/start.html")]
struct StartTemplate<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    s: &'static StartTexts,
    next: Option<Step>,
    view: &'a Start,
}

/// The guide.
pub fn start(view: &Start) -> Html {
    let (frame, s) = (Frame::new(&view.console.page), StartTexts::of(view.console.page.lang));
    StartTemplate { frame, c: ConsoleFrame::new(&view.console), s, next: view.next(), view }.render()
}
