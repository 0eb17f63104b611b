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
        .error(Rule::UnknownCard, UNKNOWN_CARD)
        .example(json!({ "unionid": "svcUnionId0001", "draft_id": 6004, "version": 2 }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: VersionRequest) -> Result<EmptyResponse> {
    let by = operator(call)?;
    draft::request_approval(tx, &call.env, call.corp(), request.draft(), &by)?;
    Ok(EmptyResponse {})
}
