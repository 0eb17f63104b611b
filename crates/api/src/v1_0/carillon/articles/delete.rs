//! `carillon.article_delete`: deletes an article for good. An operation of Carillon, for operators: the vendor's is for apps.

use carillon_domain::article;
use carillon_model::error::Result;
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use serde_json::json;

use super::{ArticleRequest, declare_on_one};
use crate::v1_0::EmptyResponse;

pub fn operation() -> Operation {
    declare_on_one("carillon.article_delete", "/v1.0/carillon/articles/{articleId}")
        .delete()
        .title("删除文章", "Delete an article as an operator")
        .purpose(
            "永久删除文章：链接立即失效，不能再发布，包含它的图文卡片不再显示它。\
             已停用服务号的文章也可以删除。",
            "Deletes an article for good: its links stop working, it cannot be published again, and \
             cards no longer show it. Articles of a disabled account can be deleted too.",
        )
        .example(json!({ "unionid": "svcUnionId0001", "articleId": 5004 }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: ArticleRequest) -> Result<EmptyResponse> {
    article::delete(tx, call.corp(), &request.unionid, request.article_id)?;
    Ok(EmptyResponse {})
}
