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
    /// At most 50 versions, newest first. The first is the draft. None if the draft never changed.
    versions: Vec<VersionRow>,
}

pub fn operation() -> Operation {
    declare_on_one("carillon.article_versions", "/v1.0/carillon/articles/{articleId}/versions")
        .get()
        .title("查询文章历史版本", "List the versions of an article")
        .example(json!({ "unionid": "svcUnionId0001", "articleId": 5002 }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: ArticleRequest) -> Result<Response> {
    let versions = article::versions(tx, call.corp(), &request.unionid, request.article_id)?;
    Ok(Response { versions: versions.into_iter().map(VersionRow::of).collect() })
}
