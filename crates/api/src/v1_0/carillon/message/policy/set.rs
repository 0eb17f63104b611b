//! `carillon.send_policy_set`: replaces what an account asks of its sends. An operation of Carillon.

use carillon_domain::send::draft;
use carillon_model::{
    error::{Error, Result},
    id::AccountId,
    operator::OperatorRole,
    send_draft::{QuietHours, SendPolicy},
};
use carillon_store::Tx;
use carillon_wire::{Call, Operation};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{Approval, Policy, declare};

/// The whole policy: absent quiet hours are none.
#[derive(Deserialize, JsonSchema)]
struct Request {
    /// The account.
    #[schemars(length(min = 1, max = 128))]
    unionid: AccountId,
    /// Which sends need approval.
    approval: Approval,
    /// Whether nobody may approve what they wrote; false if absent.
    four_eyes: Option<bool>,
    /// The minute of the day at which quiet hours begin, in the organisation's time zone. They may include midnight.
    #[schemars(range(min = 0, max = 1439))]
    quiet_from: Option<u16>,
    /// The minute of the day at which they end; not the first one.
    #[schemars(range(min = 0, max = 1439))]
    quiet_until: Option<u16>,
    /// Receivers above which the operator has to name their number; absent: never.
    #[schemars(range(min = 0, max = 100_000_000))]
    confirm_above: Option<u64>,
}

pub fn operation() -> Operation {
    declare("carillon.send_policy_set", &[OperatorRole::Owner])
        .put()
        .title("设置发送规则", "Set what an account asks of its sends")
        .example(json!({
            "unionid": "svcUnionId0001",
            "approval": "none",
            "four_eyes": true,
            "quiet_from": 180,
            "quiet_until": 181,
            "confirm_above": 1000,
        }))
        .write(handle)
}

fn handle(tx: &mut Tx<'_>, call: &Call, request: Request) -> Result<Policy> {
    let quiet_hours = match (request.quiet_from, request.quiet_until) {
        (None, None) => None,
        (Some(from), Some(until)) => Some(
            QuietHours::new(from, until)
                .ok_or_else(|| Error::invalid("quiet_until", "must be another minute than quiet_from"))?,
        ),
        (Some(_), None) => return Err(Error::invalid("quiet_until", "is missing")),
        (None, Some(_)) => return Err(Error::invalid("quiet_from", "is missing")),
    };
    let policy = SendPolicy {
        approval: request.approval.policy(),
        four_eyes: request.four_eyes.unwrap_or(false),
        quiet_hours,
        confirm_above: request.confirm_above,
    };
    draft::set_policy(tx, call.corp(), &request.unionid, &policy)?;
    Ok(Policy::of(request.unionid, &policy))
}
