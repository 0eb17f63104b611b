//! `carillon.article_versions`: the versions of an article without their contents. An operation of Carillon.

use carillon_domain::article;
use carillon_model::error::Result;
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::VersionRow;
use crate::v1_0::carillon::articles::{ArticleRequest, declare_on_one};

#[derive(Serialize, JsonSchema)]
struct Response {
    /// At most 50 versions, newest first. The first is the draft. Empty if the draft never changed.
    versions: Vec<VersionRow>,
}

pub fn operation() -> Operation {
    declare_on_one("carillon.article_versions", "/v1.0/carillon/articles/{articleId}/versions")
        .get()
        .title("查询文章历史版本", "List the versions of an article")
        .purpose(
            "查询文章草稿的历史版本，不含正文，从新到旧，最多 50 个。\
             同一人十分钟内的连续保存合为一个版本，发布之后的保存另起一个版本。",
            "Lists the versions of an article's draft without their contents, newest first. Saves of one \
             author within ten minutes are one version, unless the article was published in between.",
        )
        .example(json!({ "unionid": "svcUnionId0001", "articleId": 5002 }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: ArticleRequest) -> Result<Response> {
    let versions = article::versions(tx, call.corp(), &request.unionid, request.article_id)?;
    Ok(Response { versions: versions.into_iter().map(VersionRow::of).collect() })
}
