//! The pages of mass sends.

use askama::Template;

use super::{ChartTable, Console, ConsoleFrame};
use crate::{
    console::{
        Section,
        text::{
            articles::{ArticleTexts, texts as article_texts},
            calendar::CalendarTexts,
            drafts::DraftTexts,
            texts,
        },
    },
    page::{Frame, Html},
    text::Lang,
    time::Moment,
    view::{Account, Zone},
};

/// A send in a list.
#[derive(Clone, Debug)]
pub struct Send {
    /// The path of its page.
    pub href: String,
    /// The name of the account.
    pub account: String,
    /// The title, or the kind of message if it has none.
    pub title: String,
    /// When it was sent, or is due.
    pub time: Moment,
    /// Its state.
    pub status: SendState,
    /// A preview for one member.
    pub is_preview: bool,
    /// Receivers; absent until it is sent.
    pub receivers: Option<u64>,
    /// Receivers who have read it; absent until it is sent.
    pub readers: Option<u64>,
}

impl Send {
    /// The share of receivers who have read it: `38%`, or `<1%` for a few of many; absent without receivers. 100% means all of them.
    pub fn share(&self) -> Option<String> {
        let receivers = self.receivers.filter(|receivers| *receivers > 0)?;
        let readers = self.readers?;
        let percent = readers * 100 / receivers;
        Some(if readers > 0 && percent == 0 { "<1%".to_owned() } else { format!("{percent}%") })
    }
}

/// The state of a send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendState {
    /// Scheduled for later, or about to be sent.
    Waiting,
    /// Sent.
    Sent,
    /// Refused when it was due.
    Failed,
    /// Recalled, or cancelled before it was due.
    Recalled,
}

impl SendState {
    /// Its name.
    pub fn name(self, lang: Lang) -> &'static str {
        let t = texts(lang);
        match self {
            Self::Waiting => t.waiting,
            Self::Sent => t.sent,
            Self::Failed => t.failed,
            Self::Recalled => t.recalled,
        }
    }

    /// Its value in addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Recalled => "recalled",
        }
    }

    /// All states, in the order of the filter.
    pub const ALL: [Self; 4] = [Self::Sent, Self::Waiting, Self::Failed, Self::Recalled];

    /// The state of a value; [`SendState::Sent`] for an unknown one.
    pub fn parse(code: &str) -> Self {
        Self::ALL.into_iter().find(|state| state.code() == code).unwrap_or(Self::Sent)
    }
}

/// A page of the sends of an account.
#[derive(Clone, Debug)]
pub struct Sends {
    /// The frame.
    pub console: Console,
    /// The accounts to choose from.
    pub accounts: Vec<Account>,
    /// The chosen account; absent if the operator has none.
    pub account: Option<Account>,
    /// The chosen state.
    pub status: SendState,
    /// The sends, newest first.
    pub sends: Vec<Send>,
    /// The page number, from 1.
    pub number: i64,
    /// The number of pages.
    pub pages: i64,
    /// The number of sends on all pages.
    pub total: i64,
    /// The time zone of all times.
    pub zone: Zone,
}

impl Sends {
    /// The path of this list with another account, state or page.
    pub fn href(&self, account: &str, status: SendState, number: i64) -> String {
        let page = if number > 1 { format!("&page={number}") } else { String::new() };
        format!(
            "{}?account={}&status={}{page}",
            Section::Sends.path(),
            crate::paths::encode(account),
            status.code()
        )
    }
}

#[derive(Template)]
#[template(path = "console/sends.html")]
struct SendsPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    o: &'static CalendarTexts,
    view: &'a Sends,
}

/// The list of sends.
pub fn sends(view: &Sends) -> Html {
    let frame = Frame::new(&view.console.page);
    SendsPage {
        frame,
        c: ConsoleFrame::new(&view.console),
        o: CalendarTexts::of(view.console.page.lang),
        view,
    }
    .render()
}

/// The results of a send.
#[derive(Clone, Debug)]
pub struct SendResults {
    /// The frame.
    pub console: Console,
    /// The send.
    pub send: Send,
    /// `task_id`.
    pub task: String,
    /// Why it failed.
    pub reason: Option<String>,
    /// What became of it over time; empty until it is sent.
    pub over_time: Vec<ChartTable>,
    /// Its articles that are not deleted.
    pub articles: Vec<SentArticle>,
    /// Members who have not read it, the first of them; absent for operators who may not see names.
    pub unread: Option<Vec<Person>>,
    /// The path of the next part of that list.
    pub more_unread: Option<String>,
    /// Until when it can be recalled; absent if it cannot, or by this operator.
    pub recall_until: Option<Moment>,
    /// The path that a recall is posted to.
    pub recall: String,
    /// The path of the send, if it waits and the operator may call it off.
    pub waiting: Option<String>,
    /// Whether it has just been called off.
    pub was_cancelled: bool,
    /// Whether it has just been recalled.
    pub was_recalled: bool,
    /// Why it could not be recalled.
    pub problem: Option<&'static str>,
    /// The time zone of all times.
    pub zone: Zone,
}

impl SendResults {
    /// The list of the sends of its account.
    fn list(&self) -> String {
        // Paths of sends are the path of the section, the account and the task.
        let account = self.send.href.rsplit('/').nth(1).unwrap_or_default();
        format!("{}?account={account}", Section::Sends.path())
    }
}

/// An article of a send.
#[derive(Clone, Debug)]
pub struct SentArticle {
    /// The title of the published copy.
    pub title: String,
    /// The path of its page; absent for operators who may not open it.
    pub href: Option<String>,
    /// How many have read it.
    pub figures: String,
}

/// A member.
#[derive(Clone, Debug)]
pub struct Person {
    /// The `userid`.
    pub userid: String,
    /// The name.
    pub name: String,
}

#[derive(Template)]
#[template(path = "console/results.html")]
struct ResultsPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    d: &'static DraftTexts,
    o: &'static CalendarTexts,
    articles: &'static ArticleTexts,
    view: &'a SendResults,
}

/// The results of a send.
pub fn results(view: &SendResults) -> Html {
    let frame = Frame::new(&view.console.page);
    ResultsPage {
        frame,
        c: ConsoleFrame::new(&view.console),
        d: DraftTexts::of(view.console.page.lang),
        o: CalendarTexts::of(view.console.page.lang),
        articles: article_texts(view.console.page.lang),
        view,
    }
    .render()
}
