//! `article.delete`: deletes an article permanently.

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

use crate::topapi::EmptyResponse;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account, by the `unionid` that `serviceaccount.add` returned.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The article, by the `article_id` that `article.add` returned.
    article_id: ArticleId,
}

pub fn operation() -> Operation {
    Operation::legacy("article.delete", "/topapi/material/article/delete")
        .title("删除文章", "Delete an article")
        .purpose(
            "永久删除文章：链接失效，不能再发布，图文卡片中也不再显示它。文章仍可在“查询文章列表”中\
             以 `status` 为 1 查到；再次删除会报错。已停用服务号的文章也可以删除。",
            "Deletes an article permanently: its link stops working, it cannot be published again, and cards do not \
             show it any more. `article.list` still finds it with `status` 1, and deleting it again is an error. \
             Articles of a disabled account can be deleted too.",
        )
        .permission("qyapi_service_account_materials")
        .errors(&[Rule::UnknownAccount, Rule::UnknownArticle, Rule::ArticleDeleted])
        .example(json!({ "unionid": "svcUnionId0001", "article_id": 5003 }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    article::delete(tx, call.corp(), &request.unionid, request.article_id)?;
    Ok(EmptyResponse {})
}
