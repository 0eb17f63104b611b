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
    /// Returns true if a step is the first one that is not done.
    fn is_next(&self, step: &Step) -> bool {
        self.guide.steps.iter().find(|(_, done)| !done).is_some_and(|(next, _)| next == step)
    }

    fn is_done(&self) -> bool {
        self.guide.steps.iter().all(|(_, done)| *done)
    }
}

#[derive(Template)]
#[template(path = "console/start.html")]
struct StartTemplate<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    s: &'static StartTexts,
    view: &'a Start,
}

/// The guide.
pub fn start(view: &Start) -> Html {
    let (frame, s) = (Frame::new(&view.console.page), StartTexts::of(view.console.page.lang));
    StartTemplate { frame, c: ConsoleFrame::new(&view.console), s, view }.render()
}
