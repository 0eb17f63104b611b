//! `carillon.article_restore`: makes a version of an article its draft again. An operation of Carillon.

use carillon_domain::article;
use carillon_model::error::{Result, Rule};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::{VersionRequest, unknown_version};
use crate::v1_0::{
    carillon::{articles::declare_on_one, operator_of},
    exclusive::follow::message::UNKNOWN_ACCOUNT,
};

#[derive(Serialize, JsonSchema)]
struct Response {
    /// The revision of the draft, which the next save has to name.
    revision: i64,
}

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/articles/{articleId}/versions/{version}/restore";
    declare_on_one("carillon.article_restore", path)
        .title("恢复文章的历史版本", "Restore a version of an article")
        .purpose(
            "把历史版本恢复为当前草稿，并记为一个新版本；恢复前的草稿保留在历史版本中。已发布的内容不变，\
             转发设置和可见范围也不变。",
            "Makes an earlier version the draft again, as a new version; the draft before stays in the \
             history. What readers see does not change, nor do `allowForward` and `viewScope`.",
        )
        .error(Rule::AccountDisabled, UNKNOWN_ACCOUNT)
        .example(json!({ "unionid": "svcUnionId0001", "articleId": 5002, "version": 1 }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: VersionRequest) -> Result<Response> {
    let (env, corp, id) = (&call.env, call.corp(), request.article_id);
    if article::version(tx, corp, &request.unionid, id, request.version)?.is_none() {
        return Err(unknown_version());
    }
    let author = operator_of(call);
    article::restore(tx, env, corp, &request.unionid, id, request.version, author.as_ref())?;
    Ok(Response { revision: tx.article_revision(corp, id)? })
}
