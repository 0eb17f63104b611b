//! `carillon.send_draft_delete`: deletes the draft of a send. An operation of Carillon.

use carillon_domain::send::draft;
use carillon_model::error::Result;
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use serde_json::json;

use super::{DraftRequest, WRITE, declare_on_one};
use crate::v1_0::EmptyResponse;

pub fn operation() -> Operation {
    declare_on_one("carillon.send_draft_delete", "/v1.0/carillon/message/drafts/{draft_id}", WRITE)
        .delete()
        .title("删除群发草稿", "Delete the draft of a send")
        .purpose(
            "删除一条群发草稿，不可恢复；为它单独生成且未被使用的图文卡片一并删除，文章保留。",
            "Deletes the draft of a send for good, with the card that it has for itself if nothing else \
             shows that. Its articles stay.",
        )
        .example(json!({ "unionid": "svcUnionId0001", "draft_id": 6005 }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: DraftRequest) -> Result<EmptyResponse> {
    draft::delete(tx, call.corp(), &request.unionid, request.draft_id)?;
    Ok(EmptyResponse {})
}
