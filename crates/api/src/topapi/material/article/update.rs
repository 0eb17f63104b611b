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
    /// The account, by the `unionid` that `serviceaccount.add` returned.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The article to change, with its new draft.
    article: ArticleFields,
}

/// An article. No lengths are documented; these are generous.
#[derive(Deserialize, JsonSchema)]
struct ArticleFields {
    /// The new cover: the `media_id` of an uploaded picture. Absent, the cover stays as it is (decided).
    #[schemars(length(max = 128))]
    thumb_media_id: Option<MediaId>,
    /// The new text, HTML. It is stored unchanged and sanitized for display.
    #[schemars(length(min = 1, max = 500_000))]
    content: String,
    /// The new headline of the draft.
    #[schemars(length(min = 1, max = 256))]
    title: String,
    /// The article to change, by the `article_id` that `article.add` returned.
    article_id: ArticleId,
    /// The new summary. Absent, the summary stays as it is (decided).
    #[schemars(length(max = 1024))]
    digest: Option<String>,
}

pub fn operation() -> Operation {
    Operation::legacy("article.update", "/topapi/material/article/update")
        .title("更新文章", "Update an article")
        .purpose(
            "修改文章的草稿。读者看到的内容不变，直到再次“发布文章”；草稿的历史版本会保留，\
             十分钟内的多次保存算作一个版本。转发和阅读范围不能用本接口修改。",
            "Changes the draft of an article. What readers see stays as it is until `article.publish` is called \
             again. Earlier drafts are kept as versions, in which saves within ten minutes count as one. \
             `allow_forward` and `view_scope_type` cannot be changed here.",
        )
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
