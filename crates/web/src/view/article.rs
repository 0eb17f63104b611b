//! An article and its comments.

use super::{Account, Page, Zone};
use crate::{
    clean::{CleanHtml, Picture},
    time::Moment,
};

/// An article page.
#[derive(Clone, Debug)]
pub struct Article {
    /// What every page needs.
    pub page: Page,
    /// The title.
    pub title: String,
    /// The cover.
    pub cover: Option<Picture>,
    /// The account it belongs to; a link for members only.
    pub account: Account,
    /// When it was published.
    pub published: Moment,
    /// The text, from [`crate::clean::article_html`].
    pub body: CleanHtml,
    /// Whether readers may pass it on.
    pub forwarding: Forwarding,
    /// When the link of a preview ends.
    pub preview_until: Option<Moment>,
    /// Comments, where the message that it came with allows them.
    pub comments: Option<Comments>,
    /// Where a member goes back to: the conversation, at the message that the article came with.
    pub back: Option<String>,
    /// In which times are shown.
    pub zone: Zone,
}

/// The comments below an article, and the form for another one.
#[derive(Clone, Debug)]
pub struct Comments {
    /// Where the form goes.
    pub action: String,
    /// Where what is typed is saved.
    pub draft_action: String,
    /// By what scripts keep in the browser what the server does not have: the name of the member there, and a key.
    pub vault: String,
    /// The message that the article came with.
    pub task_id: String,
    /// Characters of a comment.
    pub max_chars: u64,
    /// Whether readers see only what was selected, and what they wrote themselves.
    pub selected_only: bool,
    /// What is in the form already.
    pub draft: String,
    /// Why that was not taken.
    pub error: Option<CommentError>,
    /// What is there, newest first.
    pub items: Vec<Comment>,
}

/// A comment.
#[derive(Clone, Debug)]
pub struct Comment {
    /// Its id.
    pub id: String,
    /// The name of who wrote it.
    pub author: String,
    /// When.
    pub time: Moment,
    /// The text, from [`crate::clean::text_html`].
    pub html: CleanHtml,
    /// Where the reader who wrote it deletes it; none for the comments of others.
    pub delete: Option<String>,
    /// Whether only its author sees it, until it is selected.
    pub waits: bool,
}

/// Why a comment was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommentError {
    /// It says nothing.
    Empty,
    /// It is too long.
    TooLong,
    /// Too many in a minute.
    TooMany,
}

/// Whether readers may pass an article on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forwarding {
    /// With a button that copies the link.
    Allowed,
    /// Without one, and search engines are asked to stay away.
    Refused,
}
