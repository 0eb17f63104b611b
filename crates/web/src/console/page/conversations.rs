//! The pages of conversations.

use askama::Template;

use super::{Console, ConsoleFrame};
use crate::{
    console::text::{
        conversations::ConversationTexts,
        pictures::{PictureTexts, texts as picture_texts},
    },
    page::{Frame, Html},
    time::Moment,
    view::{Account, ButtonLayout, DingChannel, Item, MessageBody, Zone},
};

/// The conversations of an account.
#[derive(Clone, Debug)]
pub struct Conversations {
    /// The frame.
    pub console: Console,
    /// The accounts to choose from.
    pub accounts: Vec<Account>,
    /// The chosen account; absent if the operator has none.
    pub account: Option<Account>,
    /// The path of the saved answers of the account.
    pub answers: Option<String>,
    /// Whose conversations can be shown.
    pub tabs: Vec<AssigneeTab>,
    /// Whose are shown: an empty text for all, `mine` or `nobody`.
    pub assignee: &'static str,
    /// All conversations, rather than those that wait for a reply.
    pub shows_all: bool,
    /// What members are searched for; empty for the list.
    pub name: String,
    /// The conversations.
    pub lines: Vec<ConversationLine>,
    /// The path of the next page.
    pub next: Option<String>,
    /// The path of the list as a file; absent without an account.
    pub csv: Option<String>,
    /// What the page watches while it is open; absent on later pages and for a search.
    pub watch: Option<String>,
    /// Why there are none, and what to do.
    pub empty: (&'static str, &'static str),
    /// The time zone of all times.
    pub zone: Zone,
}

impl Conversations {
    /// How many wait on this page, for screen readers.
    fn announcement(&self) -> String {
        let waiting = self.lines.iter().filter(|line| line.waiting_since.is_some()).count();
        super::texts(self.console.page.lang).waiting_count(waiting)
    }
}

/// Whose conversations a list has.
#[derive(Clone, Debug)]
pub struct AssigneeTab {
    /// The path of the list.
    pub href: String,
    /// The name.
    pub name: &'static str,
    /// Whether it is the current list.
    pub is_current: bool,
}

/// A conversation in a list.
#[derive(Clone, Debug)]
pub struct ConversationLine {
    /// The path of its page.
    pub href: String,
    /// The number of the member.
    pub member: u32,
    /// The name of the account.
    pub account: String,
    /// The name of the member.
    pub name: String,
    /// The newest message in one line.
    pub summary: String,
    /// Whether the account wrote it.
    pub is_by_account: bool,
    /// When it was written; absent if it was removed because of its age.
    pub time: Option<Moment>,
    /// Since when the member waits for a reply.
    pub waiting_since: Option<Moment>,
    /// The name of the operator who is to answer.
    pub assignee: Option<String>,
}

#[derive(Template)]
#[template(path = "console/conversations.html")]
struct ConversationsPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    t: &'static ConversationTexts,
    view: &'a Conversations,
}

/// The list of conversations.
pub fn conversations(view: &Conversations) -> Html {
    let frame = Frame::new(&view.console.page);
    let t = ConversationTexts::of(view.console.page.lang);
    ConversationsPage { frame, c: ConsoleFrame::new(&view.console), t, view }.render()
}

/// A conversation.
#[derive(Clone, Debug)]
pub struct Thread {
    /// The frame.
    pub console: Console,
    /// The account.
    pub account: Account,
    /// The name of the member.
    pub member: String,
    /// The `userid` of the member; absent if the member has left.
    pub userid: Option<String>,
    /// The messages and days, oldest first.
    pub messages: Vec<Item>,
    /// The path of the page of earlier messages.
    pub older: Option<String>,
    /// Since when the member waits for a reply.
    pub waiting_since: Option<Moment>,
    /// The userid and the name of the operator who is to answer.
    pub assignee: Option<(String, String)>,
    /// Whether that is the reader.
    pub is_mine: bool,
    /// The `userid` of the reader.
    pub me: String,
    /// Other operators who may answer.
    pub agents: Vec<AgentChoice>,
    /// Whether the account has blocked the member.
    pub is_blocked: bool,
    /// What a reply is written in; absent if none can be posted.
    pub reply: Option<ReplyBox>,
    /// The path of this page.
    pub path: String,
    /// Why something was refused.
    pub problem: Option<&'static str>,
    /// What the page watches while it is open; absent on pages of earlier messages.
    pub watch: Option<String>,
    /// The time zone of all times.
    pub zone: Zone,
}

impl Thread {
    /// The newest message for screen readers: who wrote what.
    fn announcement(&self) -> String {
        let newest = self.messages.iter().rev().find_map(Item::message);
        newest.map_or_else(String::new, |message| {
            let line = message.body.summary(self.console.page.lang).lines().next().unwrap_or_default();
            let short: String = line.chars().take(120).collect();
            format!("{}: {short}", message.sender)
        })
    }
}

/// An operator to choose.
#[derive(Clone, Debug)]
pub struct AgentChoice {
    /// The `userid`.
    pub userid: String,
    /// The name.
    pub name: String,
}

/// What a reply is written in.
#[derive(Clone, Debug)]
pub struct ReplyBox {
    /// The text: a refused one, or a saved answer.
    pub text: String,
    /// The saved answers.
    pub answers: Vec<AnswerLine>,
    /// The path of the page of the saved answers.
    pub manage: String,
    /// The path of the pictures to choose from.
    pub pictures: String,
    /// Published articles, newest first.
    pub articles: Vec<MaterialChoice>,
    /// Cards of several articles, newest first.
    pub cards: Vec<MaterialChoice>,
    /// What titles are searched for.
    pub find: String,
}

/// A saved answer to insert.
#[derive(Clone, Debug)]
pub struct AnswerLine {
    /// The path that inserts it without a script.
    pub href: String,
    /// What it is found by.
    pub title: String,
    /// The text.
    pub content: String,
}

/// An article or a card to choose.
#[derive(Clone, Debug)]
pub struct MaterialChoice {
    /// The value of the form.
    pub value: String,
    /// The titles.
    pub name: String,
}

#[derive(Template)]
#[template(path = "console/thread.html")]
struct ThreadPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    a: &'static ConversationTexts,
    p: &'static PictureTexts,
    view: &'a Thread,
}

/// A conversation.
pub fn thread(view: &Thread) -> Html {
    let frame = Frame::new(&view.console.page);
    let lang = view.console.page.lang;
    let (a, p) = (ConversationTexts::of(lang), picture_texts(lang));
    ThreadPage { frame, c: ConsoleFrame::new(&view.console), a, p, view }.render()
}

/// The saved answers of an account.
#[derive(Clone, Debug)]
pub struct SavedAnswers {
    /// The frame.
    pub console: Console,
    /// The account.
    pub account: Account,
    /// The path of this page.
    pub path: String,
    /// The answers, in their order.
    pub answers: Vec<AnswerForm>,
    /// What was typed for a new one.
    pub title: String,
    /// The same.
    pub content: String,
    /// Why it was refused.
    pub problem: Option<String>,
    /// How many there are, and can be.
    pub count: String,
    /// Whether there can be no more.
    pub is_full: bool,
    /// What was done.
    pub done: Option<&'static str>,
    /// The time zone of all times.
    pub zone: Zone,
}

/// A saved answer to change.
#[derive(Clone, Debug)]
pub struct AnswerForm {
    /// Its id.
    pub id: i64,
    /// The path that its form is posted to.
    pub action: String,
    /// The stored title.
    pub name: String,
    /// The title in the form.
    pub title: String,
    /// The stored text.
    pub stored: String,
    /// The text in the form.
    pub content: String,
    /// Why a change was refused.
    pub problem: Option<String>,
    /// Whether it is the first one.
    pub is_first: bool,
    /// Whether it is the last one.
    pub is_last: bool,
    /// The name of who changed it last; empty for a program.
    pub changed_by: String,
    /// When it was changed.
    pub changed_at: Moment,
}

#[derive(Template)]
#[template(path = "console/saved_answers.html")]
struct SavedAnswersPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    t: &'static ConversationTexts,
    view: &'a SavedAnswers,
}

/// The saved answers of an account.
pub fn saved_answers(view: &SavedAnswers) -> Html {
    let frame = Frame::new(&view.console.page);
    let t = ConversationTexts::of(view.console.page.lang);
    SavedAnswersPage { frame, c: ConsoleFrame::new(&view.console), t, view }.render()
}
