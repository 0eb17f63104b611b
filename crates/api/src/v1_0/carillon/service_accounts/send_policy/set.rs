//! `carillon.account_send_policy_set`: replaces what a service account requires of sends. An operation of Carillon.

use carillon_domain::{
    account::{self, revision},
    send::draft,
};
use carillon_model::{
    error::{Result, Rule},
    id::AccountId,
    send_draft::{ApprovalPolicy, MAX_CONFIRM_ABOVE, SendPolicy},
    service_account::MAX_REVISION_CHARS,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{PATH, QuietHoursView, ROLES};
use crate::v1_0::{
    carillon::{LOCAL, Stored},
    exclusive::follow::message::UNKNOWN_ACCOUNT,
};

/// The whole policy: an absent part is removed.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Request {
    /// The service account, by its `unionid`; `serviceaccount.list` and `carillon.account_list` list them.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// The revision that the caller read; if it is not the stored one, nothing changes. Absent: the current content is replaced.
    #[schemars(length(max = MAX_REVISION_CHARS))]
    revision: Option<String>,
    /// Which sends need approval: `none`, `console` those of operators, `all` those too, and apps cannot send.
    approval: ApprovalPolicy,
    /// Whether an approver must not be an author: nobody approves what they wrote; false if absent.
    four_eyes: Option<bool>,
    /// The part of the day in which operators may not send; absent: they always may.
    quiet_hours: Option<QuietHoursView>,
    /// For a send to more receivers than this, operators confirm their number; absent: they never have to.
    #[schemars(range(min = 0, max = MAX_CONFIRM_ABOVE))]
    confirm_above: Option<u64>,
}

pub fn operation() -> Operation {
    // Apps are bound by the policy, and so must not lift it.
    Operation::v1("carillon.account_send_policy_set", PATH)
        .put()
        .callers(LOCAL)
        .roles(ROLES)
        .account_field("unionid")
        .error(Rule::UnknownAccount, UNKNOWN_ACCOUNT)
        .error(Rule::AccountDisabled, UNKNOWN_ACCOUNT)
        .errors(&[Rule::SettingsChanged])
        .title("设置服务号群发规则", "Set the send policy of a service account")
        .purpose(
            "整体替换服务号的群发规则，未传的部分会被取消，对之后的群发生效。应用不能调用，\
             因为规则对应用也有约束；预览不受规则限制。",
            "Replaces the whole send policy of an account; absent parts are removed. It holds for sends \
             from now on, and never for previews. Apps cannot call it, because the policy binds them.",
        )
        .example(json!({
            "unionid": "svcUnionId0001",
            "approval": "console",
            "fourEyes": true,
            "quietHours": { "fromMinute": 1320, "untilMinute": 480 },
            "confirmAbove": 1000,
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Stored> {
    let policy = SendPolicy {
        approval: request.approval,
        four_eyes: request.four_eyes.unwrap_or_default(),
        quiet_hours: request.quiet_hours.as_ref().map(QuietHoursView::hours).transpose()?,
        confirm_above: request.confirm_above,
    };
    let (corp, id) = (call.corp(), &request.unionid);
    account::enabled(tx, corp, id)?;
    revision::require(&revision::send_policy(&tx.send_policy(corp, id)?)?, request.revision.as_deref())?;
    draft::set_policy(tx, corp, id, &policy)?;
    Ok(Stored { revision: revision::send_policy(&policy)? })
}
