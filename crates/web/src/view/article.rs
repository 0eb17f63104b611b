//! An article and its comments.

use super::{Account, Page, Zone};
use crate::{
    clean::{CleanHtml, Picture},
    time::Moment,
};

/// An article page.
#[derive(Clone, Debug)]
pub struct Article {
    /// The data that all pages need.
    pub page: Page,
    /// The title.
    pub title: String,
    /// The cover.
    pub cover: Option<Picture>,
    /// The account that it belongs to. Only members see it as a link.
    pub account: Account,
    /// The time of publication.
    pub published: Moment,
    /// The text, from [`crate::clean::article_html`].
    pub body: CleanHtml,
    /// Whether readers may forward it.
    pub forwarding: Forwarding,
    /// The time when the link of a preview expires; `None` if it is no preview.
    pub preview_until: Option<Moment>,
    /// The comments; `None` unless the message with the article allows them.
    pub comments: Option<Comments>,
    /// The path back to the message with the article; `None` for visitors.
    pub back: Option<String>,
    /// The time zone of the times on the page.
    pub zone: Zone,
}

/// The comments below an article, and the form for another one.
#[derive(Clone, Debug)]
pub struct Comments {
    /// The path that the form is posted to.
    pub action: String,
    /// The path that drafts are posted to.
    pub draft_action: String,
    /// The task id of the message with the article.
    pub task_id: String,
    /// The most characters that a comment may have.
    pub max_chars: u64,
    /// True if readers see only the selected comments and their own.
    pub selected_only: bool,
    /// The text in the form: a draft, or a comment that was refused.
    pub draft: String,
    /// Why the comment was refused.
    pub error: Option<CommentError>,
    /// The comments, newest first.
    pub items: Vec<Comment>,
}

/// A comment.
#[derive(Clone, Debug)]
pub struct Comment {
    /// The id, a decimal number.
    pub id: String,
    /// The name of the author.
    pub author: String,
    /// The time when it was posted.
    pub time: Moment,
    /// The text, from [`crate::clean::text_html`].
    pub html: CleanHtml,
    /// The path that deletes it; `None` for comments of others.
    pub delete: Option<String>,
    /// True if only its author sees it, because it is not selected.
    pub is_hidden: bool,
    /// The answer of the account, from [`crate::clean::text_html`].
    pub answer: Option<CleanHtml>,
}

/// Why a comment was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommentError {
    /// It is empty.
    Empty,
    /// It is too long.
    TooLong,
    /// Too many in a minute.
    TooMany,
}

/// Whether readers may forward an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forwarding {
    /// The page has a button that copies the link.
    Allowed,
    /// The page has no such button, and asks search engines not to index it.
    Refused,
}
