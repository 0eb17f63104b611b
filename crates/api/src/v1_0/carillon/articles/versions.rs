//! `/v1.0/carillon/articles/{articleId}/versions`: what the draft of an article was before.

pub mod difference;
pub mod get;
pub mod list;
pub mod restore;

use carillon_model::{
    article::ArticleVersionHead,
    error::Error,
    id::{AccountId, ArticleId, UserId},
    time::Timestamp,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[
    Entry::Operation(difference::operation),
    Entry::Operation(get::operation),
    Entry::Operation(list::operation),
    Entry::Operation(restore::operation),
];

/// A version of an article.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct VersionRequest {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The article, by the `articleId` that `carillon.article_list` returns.
    article_id: ArticleId,
    /// The number of the version, as `carillon.article_versions` lists it.
    #[schemars(range(min = 1))]
    version: i64,
}

/// A version without its content.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct VersionRow {
    /// The number of the version, from 1 on; later ones have higher numbers.
    version: i64,
    /// Userid of the operator who wrote the version; absent if an app did.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<UserId>,
    /// When the first save of the version was made, in ms since 1970.
    create_time: Timestamp,
    /// When the version was last saved, in ms since 1970.
    save_time: Timestamp,
    /// The title of the article in this version.
    title: String,
    /// The number of characters of the version's HTML.
    characters: i64,
}

impl VersionRow {
    fn of(head: ArticleVersionHead) -> Self {
        Self {
            version: head.version,
            user_id: head.author,
            create_time: head.created_at,
            save_time: head.saved_at,
            title: head.title,
            characters: head.characters,
        }
    }
}

fn unknown_version() -> Error {
    Error::invalid("version", "is not that of a version which is still stored")
}
