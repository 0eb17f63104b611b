//! `carillon.send_draft_reject`: sends a draft back for which an approval is requested. An operation of Carillon.

use carillon_domain::send::draft::{self, Decision};
use carillon_model::{
    error::{Result, Rule},
    id::{AccountId, SendDraftId},
    operator::OperatorRole,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{UNKNOWN_CARD, declare_on_version, operator};
use crate::v1_0::EmptyResponse;

#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The draft, by the `draft_id` that `carillon.send_draft_list` returns.
    draft_id: SendDraftId,
    /// The version of the draft that the approver has read; if it changed since, the call is refused.
    #[schemars(range(min = 1))]
    version: i64,
    /// The reason of the rejection, which the authors read; absent: none.
    #[schemars(length(max = 500))]
    note: Option<String>,
}

pub fn operation() -> Operation {
    let path = "/v1.0/carillon/message/drafts/{draft_id}/reject";
    declare_on_version("carillon.send_draft_reject", path, &[OperatorRole::Approver])
        .title("驳回群发审批", "Send a draft back")
        .purpose(
            "驳回草稿的审批申请，可附理由。草稿保留，编写者修改后须重新提交；\
             内容已变化或没有申请时拒绝调用。",
            "Rejects a draft for which an approval was requested, with a reason. The draft stays, and \
             its authors can change and submit it again. It is refused if the content changed since the \
             request.",
        )
        .error(Rule::UnknownCard, UNKNOWN_CARD)
        .errors(&[Rule::ApprovalMissing, Rule::ApprovalOfOwn])
        .example(json!({
            "unionid": "svcUnionId0001", "draft_id": 6003, "version": 2, "note": "The date is missing",
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<EmptyResponse> {
    let by = operator(call)?;
    let at = (&request.unionid, request.draft_id, request.version);
    let decision = Decision::Reject(request.note.unwrap_or_default().trim().to_owned());
    draft::decide(tx, &call.env, call.corp(), at, &by, decision)?;
    Ok(EmptyResponse {})
}
