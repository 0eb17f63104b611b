//! Articles and cards in the responses of `/topapi/material`. An article is shown as its draft, since authors edit that.

use carillon_domain::{article::article_link, card::FullCard};
use carillon_model::{
    article::Article,
    id::{ArticleId, CardId, MediaId},
    time::Timestamp,
};
use carillon_wire::Call;
use schemars::JsonSchema;
use serde::Serialize;

/// An article.
#[derive(Serialize, JsonSchema)]
pub struct ArticleView {
    /// The id of the article, by which other operations name it.
    article_id: ArticleId,
    /// The headline of the draft.
    title: String,
    /// The cover of the draft: the `media_id` of a picture; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    thumb_media_id: Option<MediaId>,
    /// 0 never published, 1 published; stays 1 when the draft changes.
    #[schemars(extend("enum" = [0, 1]))]
    publish_status: i64,
    /// When it was last published, in ms since 1970; absent before the first publication.
    #[serde(skip_serializing_if = "Option::is_none")]
    publish_time: Option<Timestamp>,
    /// When it was added, in ms since 1970.
    create_time: Timestamp,
    /// When its draft last changed, in ms since 1970.
    update_time: Timestamp,
    /// The text of the draft: HTML, as it was received.
    content: String,
    /// The address for readers; absent before the first publication.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// The summary of the draft; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
}

impl ArticleView {
    pub fn of(call: &Call, article: Article) -> Self {
        Self {
            article_id: article.id,
            publish_status: article.published.is_some().into(),
            publish_time: article.publish_time,
            create_time: article.create_time,
            update_time: article.update_time,
            url: article_link::url(
                &call.env,
                &call.base_url(),
                call.corp(),
                article.id,
                article.published.is_some(),
            ),
            title: article.draft.title,
            thumb_media_id: article.draft.thumb_media_id,
            content: article.draft.content,
            digest: article.draft.digest,
        }
    }
}

/// A card.
#[derive(Serialize, JsonSchema)]
pub struct CardView {
    /// The id of the card, for sends, menus and the operations on cards.
    media_id: CardId,
    /// When its articles last changed, in ms since 1970.
    update_time: Timestamp,
    /// Its articles in their order, without deleted ones.
    articles: Vec<CardArticle>,
}

/// An article on a card.
#[derive(Serialize, JsonSchema)]
struct CardArticle {
    #[serde(flatten)]
    article: ArticleView,
    /// Members who have read the article, each counted once.
    user_view_count: i64,
    /// Times the article was opened, by anybody.
    total_view_count: i64,
}

impl CardView {
    pub fn of(call: &Call, full: FullCard) -> Self {
        let articles = full.articles.into_iter().map(|article| CardArticle {
            user_view_count: article.user_view_count,
            total_view_count: article.total_view_count,
            article: ArticleView::of(call, article),
        });
        Self { media_id: full.card.id, update_time: full.card.update_time, articles: articles.collect() }
    }
}
