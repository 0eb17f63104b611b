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
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The draft.
    draft_id: SendDraftId,
    /// Its version, as the last read or change returned it.
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
