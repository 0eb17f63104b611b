//! `/topapi/material/news`: cards.

pub mod add;
pub mod delete;
pub mod get;
pub mod list;
pub mod update;

use carillon_model::id::ArticleId;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(add::operation),
    Entry::Operation(delete::operation),
    Entry::Operation(get::operation),
    Entry::Operation(list::operation),
    Entry::Operation(update::operation),
];

/// An article of a card.
#[derive(Deserialize, JsonSchema)]
struct CardArticle {
    /// The article, by the `article_id` that `article.add` returned.
    article_id: ArticleId,
}

fn ids(articles: Vec<CardArticle>) -> Vec<ArticleId> {
    articles.into_iter().map(|article| article.article_id).collect()
}
