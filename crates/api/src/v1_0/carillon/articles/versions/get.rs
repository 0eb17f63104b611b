//! `carillon.article_version`: one version of an article. An operation of Carillon.

use carillon_domain::article;
use carillon_model::{error::Result, id::MediaId};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::{VersionRequest, VersionRow, unknown_version};
use crate::v1_0::carillon::articles::declare_on_one;

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    #[serde(flatten)]
    head: VersionRow,
    /// The content in HTML, as it was received.
    content: String,
    /// The summary, plain text; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
    /// The media id of the cover; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    thumb_media_id: Option<MediaId>,
}

pub fn operation() -> Operation {
    declare_on_one("carillon.article_version", "/v1.0/carillon/articles/{articleId}/versions/{version}")
        .get()
        .title("查询文章的一个历史版本", "Get a version of an article")
        .purpose(
            "查询文章一个历史版本的完整内容。最多保留最近 50 个版本，更早的已清除。",
            "Returns one version of an article with its content. Only the newest 50 versions are stored; \
             older ones are gone.",
        )
        .example(json!({ "unionid": "svcUnionId0001", "articleId": 5002, "version": 1 }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: VersionRequest) -> Result<Response> {
    let found = article::version(tx, call.corp(), &request.unionid, request.article_id, request.version)?;
    let found = found.ok_or_else(unknown_version)?;
    Ok(Response {
        head: VersionRow::of(found.head),
        content: found.text.content,
        digest: found.text.digest,
        thumb_media_id: found.text.thumb_media_id,
    })
}
