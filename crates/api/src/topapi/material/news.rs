//! `/topapi/material/news`: cards.

pub mod add;
pub mod delete;
pub mod get;
pub mod list;
pub mod update;

use carillon_model::id::ArticleId;
use schemars::JsonSchema;
use serde::Deserialize;

/// An article of a card.
#[derive(Deserialize, JsonSchema)]
struct Member {
    /// The article.
    article_id: ArticleId,
}

fn ids(articles: Vec<Member>) -> Vec<ArticleId> {
    articles.into_iter().map(|article| article.article_id).collect()
}
