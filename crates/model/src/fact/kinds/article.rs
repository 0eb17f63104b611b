//! Articles of service accounts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An article was published for the first time. Carillon's own. Feeds articles published, and the list of articles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ArticlePublished {
    /// The service account of the article, by its `unionid`.
    #[schemars(length(min = 1, max = 128))]
    pub unionid: String,
    /// The id of the article in its account.
    #[schemars(range(min = 1))]
    pub article_id: i64,
}

/// An article was opened, by a member or by somebody who did not sign in. Carillon's own.
/// Feeds articles read, and the list of articles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ArticleRead {
    /// The service account of the article, by its `unionid`.
    #[schemars(length(min = 1, max = 128))]
    pub unionid: String,
    /// The id of the article in its account.
    #[schemars(range(min = 1))]
    pub article_id: i64,
}

/// An article was opened several times on a day, by the same member or by people who did not sign in. Carillon's own.
/// Feeds articles read, and the list of articles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ArticleViews {
    /// The service account of the article, by its `unionid`.
    #[schemars(length(min = 1, max = 128))]
    pub unionid: String,
    /// The id of the article in its account.
    #[schemars(range(min = 1))]
    pub article_id: i64,
    /// How often the article was opened.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}
