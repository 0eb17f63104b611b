//! `article.add`: adds an article, unpublished.

use carillon_domain::article::{self, NewArticle};
use carillon_model::{
    article::ArticleText,
    error::{Result, Rule},
    id::{AccountId, ArticleId, MediaId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation, codes};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::topapi::material::non_blank;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account, by the `unionid` that `serviceaccount.add` returned.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The content of the article.
    article: NewArticleFields,
}

/// An article. No lengths are documented; these are generous.
#[derive(Deserialize, JsonSchema)]
struct NewArticleFields {
    /// Cover: the `media_id` of a picture uploaded by `credentials.media_upload`; no cover if absent.
    #[schemars(length(max = 128))]
    thumb_media_id: Option<MediaId>,
    /// The text, HTML. It is stored unchanged and sanitized for display.
    #[schemars(length(min = 1, max = 500_000))]
    content: String,
    /// The headline of the article.
    #[schemars(length(min = 1, max = 256))]
    title: String,
    /// The caller's id of the article, an idempotency key: a request with a known one returns the existing article.
    #[schemars(length(min = 1, max = 128))]
    uuid: String,
    /// Whether readers may forward it; true if absent. If false and `view_scope_type` is 0, only its receivers can read it.
    allow_forward: Option<bool>,
    /// Who may read it: 0 only the organisation, 1 everybody with the link; 0 if absent.
    #[schemars(extend("enum" = [0, 1]))]
    view_scope_type: Option<i64>,
    /// The summary of the article; none if absent.
    #[schemars(length(max = 1024))]
    digest: Option<String>,
}

/// The table of the page has `success` and `article_id`, its example has `result`. The response has all three.
#[derive(Serialize, JsonSchema)]
struct Response {
    /// Whether the article exists now; always true.
    success: bool,
    /// The id of the new article, or of the one with the same `uuid`.
    article_id: ArticleId,
    /// The `article_id` again, as text, as in the documented example.
    result: String,
}

pub fn operation() -> Operation {
    Operation::legacy("article.add", "/topapi/material/article/add")
        .title("新增文章", "Add an article")
        .purpose(
            "为服务号新增一篇未发布的文章，保存为草稿；用“发布文章”发布后读者才能打开。\
             相同的 `uuid` 返回第一次新增的文章，不做任何修改，即使它已被删除。",
            "Adds an article to a service account as a draft; readers can open it after `article.publish`. A \
             repeated `uuid` returns the article of the first call and changes nothing, even if it was deleted since.",
        )
        .permission("qyapi_service_account_materials")
        .errors(&[Rule::UnknownAccount, Rule::AccountDisabled])
        .bad_input(codes::BAD_PARAMETER_1002)
        .example(json!({
            "unionid": "svcUnionId0001",
            "article": {
                "thumb_media_id": "@lADOcover001",
                "content": "<p class=\"lead\">The library <b>opens</b> on Monday.</p>",
                "title": "The new library",
                "uuid": "7d9f2c1e-0001",
                "allow_forward": true,
                "view_scope_type": 0,
                "digest": "A short summary",
            },
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Response> {
    let fields = request.article;
    let new = NewArticle {
        account: request.unionid,
        uuid: fields.uuid,
        text: ArticleText {
            title: fields.title,
            content: fields.content,
            digest: fields.digest,
            thumb_media_id: non_blank(fields.thumb_media_id),
        },
        allow_forward: fields.allow_forward,
        public: fields.view_scope_type.map(|scope| scope == 1),
    };
    let article_id = article::add(tx, &call.env, call.corp(), new)?;
    Ok(Response { success: true, article_id, result: article_id.to_string() })
}
