//! `carillon.send_draft_reach`: whom the draft of a send would reach now, and what stands in its way. An operation of Carillon.

use carillon_domain::send::{self, draft, draft_message, quota_left};
use carillon_model::{
    error::{Error, Result, Rule},
    send_draft::ApprovalPolicy,
    time::Timestamp,
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::{CONTENT_GONE, DraftRequest, READ, UNKNOWN_CARD, declare_on_one};
use crate::v1_0::carillon::message::mass;

#[derive(Serialize, JsonSchema)]
struct Response {
    #[serde(flatten)]
    reach: mass::reach::Response,
    /// Sends to several members that the account may still make today; absent without a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    sends_left: Option<u64>,
    /// Receivers that all accounts of the organisation together may still reach today; absent without a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    receivers_left: Option<u64>,
    /// When the account may send to several members again, in ms since 1970; absent if it may now.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_send_time: Option<Timestamp>,
    /// Whether the account requires an approval that the draft does not have.
    needs_approval: bool,
    /// Whether the time of the send, now if it has none, is in the quiet hours of the account.
    in_quiet_hours: bool,
    /// Whether `carillon.send_draft_send` has to name the number of receivers.
    must_confirm_receivers: bool,
    /// What of the message cannot be sent, such as `message.article_ids[1] was deleted`; absent if it is complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    incomplete: Option<String>,
}

pub fn operation() -> Operation {
    declare_on_one("carillon.send_draft_reach", "/v1.0/carillon/message/drafts/{draft_id}/reach", READ)
        .get()
        .title("预估群发草稿触达人数", "Whom the draft of a send would reach")
        .purpose(
            "估算草稿现在发送会触达多少成员、为什么有人收不到，并列出发送前的障碍：限额、审批、\
             免打扰时段和内容不完整。不发送，也不占用限额。",
            "Returns how many members the draft would reach now and why others are left out, and what \
             stands in the way of sending it: limits, an approval, quiet hours, an incomplete message. \
             It sends nothing and uses no quota.",
        )
        .error(Rule::MessageMediaInvalid, CONTENT_GONE)
        .error(Rule::UnknownCard, UNKNOWN_CARD)
        .example(json!({ "unionid": "svcUnionId0001", "draft_id": 6001 }))
        .read(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: DraftRequest) -> Result<Response> {
    let (env, corp, account) = (&call.env, call.corp(), &request.unionid);
    let draft = draft::get(tx, corp, account, request.draft_id)?;
    let policy = tx.send_policy(corp, account)?;
    let message = draft.content.message.as_ref();
    let incomplete = match message.map(|message| draft_message::check_complete(tx, corp, account, message)) {
        None => Some("message must not be empty".to_owned()),
        Some(Err(Error::Invalid { field, reason })) => Some(format!("{field} {reason}")),
        Some(Err(Error::Rule(Rule::UnknownCard))) => Some("message.card_id was deleted".to_owned()),
        Some(other) => other.map(|()| None)?,
    };
    let reach = send::reach(tx, env, corp, account, &draft.content.receivers, message)?;
    let left = quota_left(tx, env, corp, account)?;
    let at = draft.content.due_at.unwrap_or_else(|| env.now());
    let needs_approval = policy.approval != ApprovalPolicy::None
        && (message.is_none() || incomplete.is_some() || !draft::is_approved(tx, corp, &draft)?);
    Ok(Response {
        must_confirm_receivers: policy.confirm_above.is_some_and(|limit| reach.receivers > limit),
        reach: reach.into(),
        sends_left: left.sends,
        receivers_left: left.receivers,
        next_send_time: left.next_at,
        needs_approval,
        in_quiet_hours: draft::is_quiet(tx, corp, &policy, at)?,
        incomplete,
    })
}
