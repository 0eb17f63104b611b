//! Articles: a draft that the author edits, and the copy that members read.

use crate::{
    id::{AccountId, ArticleId, CardId, MediaId, UserId},
    time::Timestamp,
};

/// The text of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleText {
    /// Headline.
    pub title: String,
    /// HTML of the author; sanitized when it is shown.
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
    /// The copy that the operations edit and return.
    pub draft: ArticleText,
    /// The headline of the published copy; `None` before the first publication.
    pub published: Option<Headline>,
    /// When it was last published, in ms.
    pub publish_time: Option<Timestamp>,
    /// When it was added.
    pub create_time: Timestamp,
    /// When the draft last changed.
    pub update_time: Timestamp,
    /// Whether readers may forward it.
    pub allow_forward: bool,
    /// Whether people outside the organisation may read it (`view_scope_type` 1).
    pub public: bool,
    /// Permanently deleted: its link does not work any more.
    pub deleted: bool,
    /// The number of members who have read it.
    pub user_view_count: i64,
    /// The number of views.
    pub total_view_count: i64,
}

/// A version of a draft, without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleVersionHead {
    /// Its number, from 1.
    pub version: i64,
    /// The operator who wrote it; `None` for an app.
    pub author: Option<UserId>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was last saved.
    pub saved_at: Timestamp,
    /// The title.
    pub title: String,
    /// The number of characters of its HTML.
    pub characters: i64,
}

/// A version of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleVersion {
    /// Number, author and times.
    pub head: ArticleVersionHead,
    /// What the draft was then.
    pub text: ArticleText,
}

/// One of the two copies of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArticleCopy {
    /// The copy that the operations edit.
    Draft,
    /// The copy that members read.
    Published,
}

/// The headline of an article, which cards show as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headline {
    /// The title.
    pub title: String,
    /// Summary.
    pub digest: Option<String>,
    /// Cover picture.
    pub thumb_media_id: Option<MediaId>,
}

/// An article without its content, for lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArticleHead {
    /// `article_id`.
    pub id: ArticleId,
    /// The account that it belongs to.
    pub account: AccountId,
    /// The headline of the draft.
    pub draft: Headline,
    /// The headline of the published copy; `None` before the first publication.
    pub published: Option<Headline>,
    /// When it was last published, in ms.
    pub publish_time: Option<Timestamp>,
    /// When the draft last changed.
    pub update_time: Timestamp,
    /// Whether readers may forward it.
    pub allow_forward: bool,
    /// Whether people outside the organisation may read it (`view_scope_type` 1).
    pub public: bool,
    /// Permanently deleted: its link does not work any more.
    pub deleted: bool,
    /// It was published before addresses had codes, so its address works without one.
    pub has_plain_link: bool,
}

/// A message card: one to eight articles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// `media_id`.
    pub id: CardId,
    /// The account that it belongs to.
    pub account: AccountId,
    /// The articles in their order.
    pub articles: Vec<ArticleId>,
    /// When it last changed.
    pub update_time: Timestamp,
}
