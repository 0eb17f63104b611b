//! Articles: a draft that its author edits and the copy that members read.

use crate::{
    id::{AccountId, ArticleId, CardId, MediaId},
    time::Timestamp,
};

/// What an article says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleText {
    /// Headline.
    pub title: String,
    /// HTML, as the author gave it; cleaned when it is shown.
    pub content: String,
    /// Summary.
    pub digest: Option<String>,
    /// Cover picture.
    pub thumb_media_id: Option<MediaId>,
}

/// An article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Article {
    /// `article_id`.
    pub id: ArticleId,
    /// The account that it belongs to.
    pub account: AccountId,
    /// What the operations edit and return.
    pub draft: ArticleText,
    /// What stands above the copy that members read; none before the first publish.
    pub published: Option<Headline>,
    /// When it was last published, in ms.
    pub publish_time: Option<Timestamp>,
    /// When it was added.
    pub create_time: Timestamp,
    /// When the draft last changed.
    pub update_time: Timestamp,
    /// Whether readers may pass it on.
    pub allow_forward: bool,
    /// Whether people outside the organisation may read it (`view_scope_type` 1).
    pub public: bool,
    /// Deleted for good: its link no longer works.
    pub deleted: bool,
    /// Distinct members who read it.
    pub user_view_count: i64,
    /// Times it was opened.
    pub total_view_count: i64,
}

/// One of the two copies of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArticleCopy {
    /// What the operations edit.
    Draft,
    /// What members read.
    Published,
}

/// What stands above an article, and on the cards that lead to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headline {
    /// The title.
    pub title: String,
    /// Summary.
    pub digest: Option<String>,
    /// Cover picture.
    pub thumb_media_id: Option<MediaId>,
}

/// An article without its content, for pages that show many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleHead {
    /// `article_id`.
    pub id: ArticleId,
    /// The account that it belongs to.
    pub account: AccountId,
    /// Of the draft.
    pub draft: Headline,
    /// Of what members read; none before the first publish.
    pub published: Option<Headline>,
    /// When it was last published, in ms.
    pub publish_time: Option<Timestamp>,
    /// When the draft last changed.
    pub update_time: Timestamp,
    /// Whether readers may pass it on.
    pub allow_forward: bool,
    /// Whether people outside the organisation may read it (`view_scope_type` 1).
    pub public: bool,
    /// Deleted for good: its link no longer works.
    pub deleted: bool,
    /// It was published before addresses had codes, and is found without one.
    pub has_plain_link: bool,
}

/// A message card: one to eight articles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// `media_id`.
    pub id: CardId,
    /// The account that it belongs to.
    pub account: AccountId,
    /// Articles in the order given.
    pub articles: Vec<ArticleId>,
    /// When it last changed.
    pub update_time: Timestamp,
}
