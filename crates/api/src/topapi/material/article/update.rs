//! `article.update`: changes the draft of an article.

use carillon_domain::article::{self, ArticleChange};
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, ArticleId, MediaId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::topapi::{EmptyResponse, material::non_blank};

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The article.
    article: ArticleFields,
}

/// An article. No lengths are documented; these are generous.
#[derive(Deserialize, JsonSchema)]
struct ArticleFields {
    /// Cover: the media_id of an uploaded picture. Absent, the cover stays as it is (decided).
    #[schemars(length(max = 128))]
    thumb_media_id: Option<MediaId>,
    /// HTML.
    #[schemars(length(min = 1, max = 500_000))]
    content: String,
    /// Headline.
    #[schemars(length(min = 1, max = 256))]
    title: String,
    /// The article to change.
    article_id: ArticleId,
    /// Summary. Absent, the summary stays as it is (decided).
    #[schemars(length(max = 1024))]
    digest: Option<String>,
}

pub fn operation() -> Operation {
    Operation::legacy("article.update", "/topapi/material/article/update")
        .title("更新文章", "Update an article")
        .permission("qyapi_service_account_materials")
        .errors(&[Rule::UnknownAccount, Rule::AccountDisabled, Rule::UnknownArticle, Rule::ArticleDeleted])
        .example(json!({
            "unionid": "svcUnionId0001",
            "article": {
                "thumb_media_id": "@lADOcover001",
                "content": "<p>The library <b>opens</b> on Tuesday.</p>",
                "title": "The new library",
                "article_id": 5002,
                "digest": "A short summary",
            },
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    let fields = request.article;
    let change = ArticleChange {
        account: request.unionid,
        id: fields.article_id,
        title: fields.title,
        content: fields.content,
        digest: fields.digest,
        thumb_media_id: non_blank(fields.thumb_media_id),
    };
    article::update(tx, &call.env, call.corp(), change)?;
    Ok(EmptyResponse {})
}
