//! The page of comments.

use askama::Template;

use super::{Console, ConsoleFrame};
use crate::{
    console::Section,
    page::{Frame, Html},
    time::Moment,
    view::{Account, Zone},
};

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
