//! `carillon.send_draft_update`: changes the draft of a send, unless somebody else changed it meanwhile. An operation of Carillon.

use carillon_model::{
    error::Result,
    id::{AccountId, SendDraftId},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{
    VersionResponse, WRITE, declare_content, declare_on_version, new_message::ContentInput, operator,
};

/// What is absent stays as it is.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The draft, by the `draft_id` that `carillon.send_draft_list` returns.
    draft_id: SendDraftId,
    /// The version of the draft that the caller has read; if it changed since, the call is refused.
    #[schemars(range(min = 1))]
    version: i64,
    #[serde(flatten)]
    content: ContentInput,
}

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/message/drafts/{draft_id}";
    declare_content(declare_on_version("carillon.send_draft_update", path, WRITE))
        .put()
        .title("修改群发草稿", "Change the draft of a send")
        .purpose(
            "修改群发草稿，未传的部分不变；传入任一接收人字段会替换全部接收人。\
             版本号不一致说明他人已修改，拒绝本次修改；修改时间以外的内容会使已有审批失效。",
            "Changes the draft of a send; what is absent stays. One field of receivers replaces all of \
             them. It is refused if somebody else changed the draft since. A change of more than the \
             time voids its approval.",
        )
        .example(json!({
            "unionid": "svcUnionId0001",
            "draft_id": 6001,
            "version": 2,
            "message": { "kind": "articles", "article_ids": [5001] },
            "is_to_all": false,
            "userid_list": ["user01"],
            "dep_id_list": [101],
            "roleIds": [2001],
            "send_time": 1_760_086_400_000_i64,
            "allow_comment": true,
            "comment_type": 1,
            "show_homepage": 1,
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<VersionResponse> {
    let by = operator(call)?;
    let draft_id = request.draft_id;
    let at = (&request.unionid, draft_id, request.version);
    let version = request.content.write(tx, call, at, &by)?;
    Ok(VersionResponse { draft_id, version })
}
