//! `carillon.account_send_policy_get`: what a service account requires of sends. An operation of Carillon.

use carillon_domain::account::revision;
use carillon_model::{error::Result, send_draft::ApprovalPolicy};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::{PATH, QuietHoursView, ROLES};
use crate::v1_0::carillon::service_accounts::{AccountRequest, declare_reading};

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Response {
    /// Which sends need approval: `none`, `console` those of operators, `all` those too, and apps cannot send.
    approval: ApprovalPolicy,
    /// Whether an approver must not be an author: nobody approves what they wrote.
    four_eyes: bool,
    /// The part of the day in which operators may not send; absent if they always may.
    #[serde(skip_serializing_if = "Option::is_none")]
    quiet_hours: Option<QuietHoursView>,
    /// For a send to more receivers than this, operators confirm their number; absent: they never have to.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirm_above: Option<u64>,
    /// The revision of the policy, for the next change of it.
    revision: String,
}

pub fn operation() -> Operation {
    declare_reading("carillon.account_send_policy_get", PATH, ROLES)
        .title("查询服务号群发规则", "Get the send policy of a service account")
        .purpose(
            "查询服务号的群发规则：哪些群发需要审批、免打扰时段、何时须确认接收人数，\
             以及修改时所需的修订号。",
            "Returns what a service account requires of sends: which need an approval, when operators \
             may not send, and from how many receivers on they confirm the number; with the revision \
             that a change takes.",
        )
        .example(json!({ "unionid": "svcUnionId0001" }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: AccountRequest) -> Result<Response> {
    tx.state().corp(call.corp())?.account(&request.unionid)?;
    let policy = tx.send_policy(call.corp(), &request.unionid)?;
    Ok(Response {
        approval: policy.approval,
        four_eyes: policy.four_eyes,
        quiet_hours: policy.quiet_hours.map(QuietHoursView::of),
        confirm_above: policy.confirm_above,
        revision: revision::send_policy(&policy)?,
    })
}
