//! `carillon.send_draft_approve`: approves a send for which an approval is requested. An operation of Carillon.

use carillon_domain::send::draft::{self, Decision};
use carillon_model::{
    error::{Result, Rule},
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use serde_json::json;

use super::{UNKNOWN_CARD, VersionRequest, declare_on_version, operator};
use crate::v1_0::EmptyResponse;

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/message/drafts/{draft_id}/approve";
    declare_on_version("carillon.send_draft_approve", path, &[OperatorRole::Approver])
        .title("通过群发审批", "Approve a send")
        .error(Rule::UnknownCard, UNKNOWN_CARD)
        .errors(&[Rule::ApprovalMissing, Rule::ApprovalOfOwn])
        .example(json!({ "unionid": "svcUnionId0001", "draft_id": 6002, "version": 2 }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: VersionRequest) -> Result<EmptyResponse> {
    let by = operator(call)?;
    draft::decide(tx, &call.env, call.corp(), request.draft(), &by, Decision::Approve)?;
    Ok(EmptyResponse {})
}
