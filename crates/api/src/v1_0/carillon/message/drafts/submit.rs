//! `carillon.send_draft_submit`: asks for an approval of what the draft of a send says now. An operation of Carillon.

use carillon_domain::send::draft;
use carillon_model::error::{Result, Rule};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use serde_json::json;

use super::{UNKNOWN_CARD, VersionRequest, WRITE, declare_on_version, operator};
use crate::v1_0::EmptyResponse;

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/message/drafts/{draft_id}/submit";
    declare_on_version("carillon.send_draft_submit", path, WRITE)
        .title("提交群发审批", "Ask for the approval of a send")
        .purpose(
            "为草稿当前的内容提交审批申请，所含文章须都已发布。之后修改时间以外的内容，\
             或重新发布所含文章使其内容变化，都会使申请失效，须重新提交。",
            "Requests an approval of the content that the draft has now; all its articles must be \
             published. A later change of more than the time, or of what readers see of an article on \
             it, voids the request.",
        )
        .error(Rule::UnknownCard, UNKNOWN_CARD)
        .example(json!({ "unionid": "svcUnionId0001", "draft_id": 6004, "version": 2 }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: VersionRequest) -> Result<EmptyResponse> {
    let by = operator(call)?;
    draft::request_approval(tx, &call.env, call.corp(), request.draft(), &by)?;
    Ok(EmptyResponse {})
}
