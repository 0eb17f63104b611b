//! `carillon.send_draft_get`: the draft of a send, and where its approval stands. An operation of Carillon.

use carillon_domain::send::draft;
use carillon_model::error::Result;
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use serde_json::json;

use super::{DraftRequest, READ, declare_on_one, draft_view::DraftView};

pub fn operation() -> Operation {
    declare_on_one("carillon.send_draft_get", "/v1.0/carillon/message/drafts/{draft_id}", READ)
        .get()
        .title("查询群发草稿", "Get the draft of a send")
        .purpose(
            "查询一条群发草稿的内容、版本号和审批情况。",
            "Returns the draft of a send with its content, its version and where its approval stands.",
        )
        .example(json!({ "unionid": "svcUnionId0001", "draft_id": 6002 }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: DraftRequest) -> Result<DraftView> {
    let draft = draft::get(tx, call.corp(), &request.unionid, request.draft_id)?;
    DraftView::of(tx, call, draft)
}
