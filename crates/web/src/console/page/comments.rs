//! The pages of comments.

use askama::Template;
use carillon_store::CommentState;

use super::{Console, ConsoleFrame};
use crate::{
    clean::CleanHtml,
    console::text::comments::CommentTexts,
    page::{Frame, Html},
    time::Moment,
    view::{Account, Zone},
};

/// The comments of all accounts of the operator, or of one.
#[derive(Clone, Debug)]
pub struct CommentQueue {
    /// The frame.
    pub console: Console,
    /// The accounts to choose from.
    pub accounts: Vec<Account>,
    /// The chosen account; empty for all.
    pub account: String,
    /// The chosen state, as in the address.
    pub state: &'static str,
    /// What is searched for; empty for the list.
    pub text: String,
    /// The states to choose from.
    pub tabs: Vec<CommentTab>,
    /// The comments, newest first.
    pub lines: Vec<CommentLine>,
    /// Whether this is the first page.
    pub is_first: bool,
    /// The path of the first page.
    pub first: String,
    /// The path of the next page.
    pub older: Option<String>,
    /// The path of the list as a file.
    pub csv: String,
    /// The id that this page ends before; empty on the first one.
    pub before: String,
    /// What the page watches while it is open; absent on later pages.
    pub watch: Option<String>,
    /// How many are new, for screen readers.
    pub announcement: String,
    /// The most characters of an answer.
    pub max_chars: usize,
    /// The time zone of all times.
    pub zone: Zone,
}

impl CommentQueue {
    /// The hidden fields by which a form leads back to this page.
    fn fields(&self) -> [(&'static str, &str); 4] {
        [("account", &self.account), ("state", self.state), ("q", &self.text), ("before", &self.before)]
    }

    fn is_list(&self) -> bool {
        true
    }

    /// A refused answer is shown on the page of its comment.
    fn problem(&self) -> Option<&str> {
        None
    }

    /// The answer as its form has it.
    fn typed<'a>(&self, line: &'a CommentLine) -> &'a str {
        line.answer_text()
    }
}

/// A state to choose.
#[derive(Clone, Debug)]
pub struct CommentTab {
    /// The path of the list.
    pub href: String,
    /// The name.
    pub name: String,
    /// Whether it is the current list.
    pub is_current: bool,
}

/// A comment.
#[derive(Clone, Debug)]
pub struct CommentLine {
    /// Its id.
    pub id: i64,
    /// The path of its page, which its forms are posted to.
    pub href: String,
    /// The name of the account.
    pub account: String,
    /// The name of the author.
    pub author: String,
    /// The `userid` of the author; absent if the author has left.
    pub userid: Option<String>,
    /// The text.
    pub content: String,
    /// The text with its links.
    pub html: CleanHtml,
    /// The title of the article.
    pub article: String,
    /// What operators did about it.
    pub state: CommentState,
    /// Whether it is selected.
    pub is_selected: bool,
    /// When it was written.
    pub time: Moment,
    /// The answer of the account, and when it was written.
    pub answer: Option<(String, Moment)>,
}

impl CommentLine {
    fn is_new(&self) -> bool {
        self.state == CommentState::New
    }

    fn is_hidden(&self) -> bool {
        self.state == CommentState::Hidden
    }

    /// The answer as its form has it.
    fn answer_text(&self) -> &str {
        self.answer.as_ref().map_or("", |(content, _)| content)
    }
}

#[derive(Template)]
#[template(path = "console/comments.html")]
struct CommentsPage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    t: &'static CommentTexts,
    view: &'a CommentQueue,
}

/// The comments of accounts.
pub fn comments(view: &CommentQueue) -> Html {
    let frame = Frame::new(&view.console.page);
    let t = CommentTexts::of(view.console.page.lang);
    CommentsPage { frame, c: ConsoleFrame::new(&view.console), t, view }.render()
}

/// A comment on its own.
#[derive(Clone, Debug)]
pub struct CommentPage {
    /// The frame.
    pub console: Console,
    /// The path of the list.
    pub list: String,
    /// The comment.
    pub line: CommentLine,
    /// The answer that was refused.
    pub typed: Option<String>,
    /// Why it was refused.
    pub problem: Option<String>,
    /// The most characters of an answer.
    pub max_chars: usize,
    /// The time zone of all times.
    pub zone: Zone,
}

impl CommentPage {
    /// A form of this page leads back by the address of the comment.
    fn fields(&self) -> [(&'static str, &str); 0] {
        []
    }

    fn is_list(&self) -> bool {
        false
    }

    fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    /// The answer as its form has it.
    fn typed<'a>(&'a self, line: &'a CommentLine) -> &'a str {
        self.typed.as_deref().unwrap_or(line.answer_text())
    }
}

#[derive(Template)]
#[template(path = "console/comment.html")]
struct OnePage<'a> {
    frame: Frame<'a>,
    c: ConsoleFrame<'a>,
    t: &'static CommentTexts,
    view: &'a CommentPage,
}

/// A comment on its own.
pub fn comment(view: &CommentPage) -> Html {
    let frame = Frame::new(&view.console.page);
    let t = CommentTexts::of(view.console.page.lang);
    OnePage { frame, c: ConsoleFrame::new(&view.console), t, view }.render()
}
