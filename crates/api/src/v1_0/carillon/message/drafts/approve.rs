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
        .purpose(
            "通过草稿的审批申请，之后发送者可以发送；不会自动发送。申请之后内容（包括所含文章）有变化则拒\
             绝；服务号禁止审批自己编写的内容时，编写者不能审批。",
            "Approves a draft for which an approval was requested. It sends nothing: a sender can send \
             it then. It is refused if the content, or an article on it, changed since the request, and, \
             with `fourEyes`, for authors.",
        )
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
