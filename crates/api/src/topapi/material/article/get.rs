//! `article.get`: one article, as its draft.

use carillon_domain::article;
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, ArticleId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use crate::topapi::material::article_view::ArticleView;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account, by the `unionid` that `serviceaccount.add` returned.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The article, by the `article_id` that `article.add` returned.
    article_id: ArticleId,
}

pub fn operation() -> Operation {
    Operation::legacy("article.get", "/topapi/material/article/get")
        .title("获取文章详情", "Get one article")
        .purpose(
            "查询一篇文章。返回的标题、正文、摘要和封面都是草稿，可能与读者看到的已发布内容不同；\
             已删除的文章返回错误。",
            "Returns one article. Title, text, summary and cover are those of the draft and may differ from what \
             readers see; a deleted article is an error.",
        )
        .permission("qyapi_service_account_materials")
        .errors(&[Rule::UnknownAccount, Rule::UnknownArticle, Rule::ArticleDeleted])
        .example(json!({ "unionid": "svcUnionId0001", "article_id": 5001 }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<ArticleView> {
    let article = article::get(tx, call.corp(), &request.unionid, request.article_id)?;
    Ok(ArticleView::of(call, article))
}
