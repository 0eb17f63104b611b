//! The pages of mass sends.

use askama::Template;
use carillon_model::message::SendStatus;

use super::{ChartTable, Console, ConsoleFrame, ListPages};
use crate::{
    console::{
        Section,
        text::{
            articles::{ArticleTexts, texts as article_texts},
            calendar::CalendarTexts,
            drafts::DraftTexts,
            lists::ListTexts,
            overdue::OverdueTexts,
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
    /// Sent later than its time.
    pub is_late: bool,
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
    /// Overdue, and waiting for a decision.
    Held,
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
            Self::Held => OverdueTexts::of(lang).held,
            Self::Sent => t.sent,
            Self::Failed => t.failed,
            Self::Recalled => t.recalled,
        }
    }

    /// Its value in addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Held => "held",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Recalled => "recalled",
        }
    }

    /// All states, in the order of the filter.
    pub const ALL: [Self; 5] = [Self::Sent, Self::Waiting, Self::Held, Self::Failed, Self::Recalled];

    /// The state of a stored send.
    pub fn of(status: SendStatus) -> Self {
        match status {
            SendStatus::Waiting | SendStatus::Sending => Self::Waiting,
            SendStatus::Held => Self::Held,
            SendStatus::Sent => Self::Sent,
            SendStatus::Failed => Self::Failed,
            SendStatus::Recalled => Self::Recalled,
        }
    }

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
    /// What is searched for.
    pub search: String,
    /// The other pages.
    pub pages: ListPages,
    /// The number of sends on all pages; absent for a search.
    pub total: Option<i64>,
    /// Where a search that gave up goes on.
    pub further: Option<String>,
    /// The number of sends that wait for a decision.
    pub held: i64,
    /// The time zone of all times.
    pub zone: Zone,
}

impl Sends {
    /// The path of the list of an account in a state.
    fn href(&self, account: &str, status: SendState) -> String {
        let account = crate::paths::encode(account);
        format!("{}?account={account}&status={}", Section::Sends.path(), status.code())
    }
}

#[derive(Template)]
#[template(path = "console/sends.html")]
struct SendsPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    o: &'static CalendarTexts,
    ot: &'static OverdueTexts,
    l: &'static ListTexts,
    view: &'a Sends,
}

/// The list of sends.
pub fn sends(view: &Sends) -> Html {
    let frame = Frame::new(&view.console.page);
    SendsPage {
        frame,
        c: ConsoleFrame::new(&view.console),
        o: CalendarTexts::of(view.console.page.lang),
        ot: OverdueTexts::of(view.console.page.lang),
        l: ListTexts::of(view.console.page.lang),
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
    /// What can be decided about it, if it waits.
    pub waiting: Option<WaitingSend>,
    /// Whether the operator may decide.
    pub may_decide: bool,
    /// What was late about it.
    pub late: Option<String>,
    /// What has just been done with it.
    pub done: Option<&'static str>,
    /// Whether it has just been recalled.
    pub was_recalled: bool,
    /// Why something could not be done with it.
    pub problem: Option<String>,
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

/// A send that waits for its time or for a decision.
#[derive(Clone, Debug)]
pub struct WaitingSend {
    /// The path that decisions are posted below.
    pub path: String,
    /// Its time, as the field of a form has it.
    pub due: String,
    /// Why it is held; absent for one that waits for its time.
    pub held_because: Option<String>,
    /// What sending it now does.
    pub sure: String,
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
    ot: &'static OverdueTexts,
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
        ot: OverdueTexts::of(view.console.page.lang),
        articles: article_texts(view.console.page.lang),
        view,
    }
    .render()
}
