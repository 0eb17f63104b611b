//! View models and templates of the console. An error means that a template failed to render, which no input causes.

use askama::Template;

use super::{
    Section,
    text::{ConsoleTexts, texts},
};
use crate::{
    page::{Frame, Html},
    text::Lang,
    time::Moment,
    view::{Account, ButtonLayout, DingChannel, Item, MessageBody, Page, Zone},
};

/// What every page of the console has.
#[derive(Clone, Debug)]
pub struct Console {
    /// The data that all pages need.
    pub page: Page,
    /// The sections that the operator may open.
    pub sections: Vec<Section>,
    /// The section of the page.
    pub current: Section,
}

/// What templates get besides the view.
struct ConsoleFrame<'a> {
    console: &'a Console,
    t: &'static ConsoleTexts,
    lang: Lang,
}

impl<'a> ConsoleFrame<'a> {
    fn new(console: &'a Console) -> ConsoleFrame<'a> {
        ConsoleFrame { console, t: texts(console.page.lang), lang: console.page.lang }
    }
}

/// The page for members without a role for a section.
#[derive(Clone, Debug)]
pub struct Denied {
    /// The data that all pages need.
    pub page: Page,
    /// Names of owners, who can give a role.
    pub owners: Vec<String>,
}

#[derive(Template)]
#[template(path = "console/denied.html")]
struct DeniedPage<'a> {
    frame: Frame<'a>,
    t: &'static ConsoleTexts,
    next: String,
}

/// Says whom to ask for a role.
pub fn denied(view: &Denied) -> Html {
    let t = texts(view.page.lang);
    let next = if view.owners.is_empty() {
        t.denied_nobody.to_owned()
    } else {
        t.denied_next(&view.owners.join(view.page.lang.list_separator()))
    };
    DeniedPage { frame: Frame::new(&view.page), t, next }.render()
}

/// The home page.
#[derive(Clone, Debug)]
pub struct Home {
    /// The frame.
    pub console: Console,
    /// Accounts that the operator works with.
    pub accounts: Vec<Account>,
    /// Scheduled sends, the next first.
    pub scheduled: Vec<Send>,
    /// The newest sends.
    pub sent: Vec<Send>,
    /// Whether the operator may see sends.
    pub shows_sends: bool,
    /// Accounts with members who wait for a reply.
    pub waiting: Vec<Waiting>,
    /// Whether the operator may see conversations.
    pub shows_conversations: bool,
    /// The time zone of all times.
    pub zone: Zone,
}

/// An account with members who wait for a reply.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The name of the account.
    pub account: String,
    /// The path of the list of their conversations.
    pub href: String,
    /// The number of members, such as `3` or `99+`.
    pub count: String,
}

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

#[derive(Template)]
#[template(path = "console/home.html")]
struct HomePage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    view: &'a Home,
}

/// The home page.
pub fn home(view: &Home) -> Html {
    let frame = Frame::new(&view.console.page);
    HomePage { frame, c: ConsoleFrame::new(&view.console), view }.render()
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
    view: &'a Sends,
}

/// The list of sends.
pub fn sends(view: &Sends) -> Html {
    let frame = Frame::new(&view.console.page);
    SendsPage { frame, c: ConsoleFrame::new(&view.console), view }.render()
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
    /// Members who have not read it, the first of them; absent for operators who may not see names.
    pub unread: Option<Vec<Person>>,
    /// The path of the next part of that list.
    pub more_unread: Option<String>,
    /// Until when it can be recalled; absent if it cannot, or by this operator.
    pub recall_until: Option<Moment>,
    /// The path that a recall is posted to.
    pub recall: String,
    /// Whether it has just been recalled.
    pub was_recalled: bool,
    /// Why it could not be recalled.
    pub problem: Option<&'static str>,
    /// The time zone of all times.
    pub zone: Zone,
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
    view: &'a SendResults,
}

/// The results of a send.
pub fn results(view: &SendResults) -> Html {
    let frame = Frame::new(&view.console.page);
    ResultsPage { frame, c: ConsoleFrame::new(&view.console), view }.render()
}

/// The conversations of an account.
#[derive(Clone, Debug)]
pub struct Conversations {
    /// The frame.
    pub console: Console,
    /// The accounts to choose from.
    pub accounts: Vec<Account>,
    /// The chosen account; absent if the operator has none.
    pub account: Option<Account>,
    /// All conversations, rather than those that wait for a reply.
    pub shows_all: bool,
    /// The conversations.
    pub lines: Vec<ConversationLine>,
    /// The path of the next page.
    pub next: Option<String>,
    /// The time zone of all times.
    pub zone: Zone,
}

/// A conversation in a list.
#[derive(Clone, Debug)]
pub struct ConversationLine {
    /// The path of its page.
    pub href: String,
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
}

#[derive(Template)]
#[template(path = "console/conversations.html")]
struct ConversationsPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    view: &'a Conversations,
}

/// The list of conversations.
pub fn conversations(view: &Conversations) -> Html {
    let frame = Frame::new(&view.console.page);
    ConversationsPage { frame, c: ConsoleFrame::new(&view.console), view }.render()
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
    /// Whether a reply can be posted.
    pub may_reply: bool,
    /// Whether the account has blocked the member.
    pub is_blocked: bool,
    /// The path of this page.
    pub path: String,
    /// The text of a reply that was refused.
    pub text: String,
    /// Why it was refused.
    pub problem: Option<&'static str>,
    /// The time zone of all times.
    pub zone: Zone,
}

#[derive(Template)]
#[template(path = "console/thread.html")]
struct ThreadPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    view: &'a Thread,
}

/// A conversation.
pub fn thread(view: &Thread) -> Html {
    let frame = Frame::new(&view.console.page);
    ThreadPage { frame, c: ConsoleFrame::new(&view.console), view }.render()
}

/// The comments of an account.
#[derive(Clone, Debug)]
pub struct CommentQueue {
    /// The frame.
    pub console: Console,
    /// The accounts to choose from.
    pub accounts: Vec<Account>,
    /// The chosen account; absent if the operator has none.
    pub account: Option<Account>,
    /// The comments, newest first.
    pub lines: Vec<CommentLine>,
    /// The page number, from 1.
    pub number: i64,
    /// The number of pages.
    pub pages: i64,
    /// The time zone of all times.
    pub zone: Zone,
}

impl CommentQueue {
    /// The path of another page.
    pub fn href(&self, account: &str, number: i64) -> String {
        format!("{}?account={}&page={number}", Section::Comments.path(), crate::paths::encode(account))
    }
}

/// A comment.
#[derive(Clone, Debug)]
pub struct CommentLine {
    /// Its id.
    pub id: i64,
    /// The name of the author.
    pub author: String,
    /// The text.
    pub content: String,
    /// The title of the article.
    pub article: String,
    /// Whether it is selected.
    pub is_selected: bool,
    /// When it was written.
    pub time: Moment,
}

#[derive(Template)]
#[template(path = "console/comments.html")]
struct CommentsPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    view: &'a CommentQueue,
}

/// The comments of an account.
pub fn comments(view: &CommentQueue) -> Html {
    let frame = Frame::new(&view.console.page);
    CommentsPage { frame, c: ConsoleFrame::new(&view.console), view }.render()
}

/// The list of operators.
#[derive(Clone, Debug)]
pub struct Operators {
    /// The frame.
    pub console: Console,
    /// The operators, by `userid`.
    pub operators: Vec<OperatorRow>,
    /// The accounts to choose from.
    pub accounts: Vec<Account>,
    /// A link that was just made, with the `userid` that it is for.
    pub link: Option<(String, String)>,
    /// Why the form was refused.
    pub problem: Option<String>,
}

/// An operator.
#[derive(Clone, Debug)]
pub struct OperatorRow {
    /// The `userid`.
    pub userid: String,
    /// The name.
    pub name: String,
    /// Names of the roles.
    pub roles: Vec<String>,
    /// Names of the accounts that list the member as their operator.
    pub operates: Vec<String>,
    /// Whether roles were granted, so that they can be taken away.
    pub is_granted: bool,
}

#[derive(Template)]
#[template(path = "console/operators.html")]
struct OperatorsPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    view: &'a Operators,
    roles: [(&'static str, &'static str, &'static str, bool); 9],
}

/// The list of operators.
pub fn operators(view: &Operators) -> Html {
    let lang = view.console.page.lang;
    let roles = carillon_model::operator::OperatorRole::ALL.map(|role| {
        let (name, does) = super::text::role(lang, role);
        (role.as_str(), name, does, role.can_be_limited())
    });
    let frame = Frame::new(&view.console.page);
    OperatorsPage { frame, c: ConsoleFrame::new(&view.console), view, roles }.render()
}

/// A page of the audit trail.
#[derive(Clone, Debug)]
pub struct AuditTrail {
    /// The frame.
    pub console: Console,
    /// The entries, newest first.
    pub entries: Vec<AuditEntry>,
    /// The values of the filter.
    pub actor: String,
    /// The values of the filter.
    pub subject: String,
    /// The path of the next page.
    pub older: Option<String>,
    /// The time zone of all times.
    pub zone: Zone,
}

/// An entry of the audit trail.
#[derive(Clone, Debug)]
pub struct AuditEntry {
    /// When.
    pub time: Moment,
    /// The kind and the id of the actor.
    pub actor: String,
    /// The operation or command.
    pub action: String,
    /// The kind and the id of the object.
    pub object: String,
    /// The changed fields: name, former value, new value.
    pub fields: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "console/audit.html")]
struct AuditPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    view: &'a AuditTrail,
}

/// The audit trail.
pub fn audit(view: &AuditTrail) -> Html {
    let frame = Frame::new(&view.console.page);
    AuditPage { frame, c: ConsoleFrame::new(&view.console), view }.render()
}
