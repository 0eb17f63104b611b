//! `/v1.0/carillon/message/policy`: what an account asks of its sends. Owners alone change it: a rule that its own subjects can lift binds
//! nobody.

pub mod get;
pub mod set;

use carillon_model::{
    error::Rule,
    id::AccountId,
    operator::OperatorRole,
    send_draft::{ApprovalPolicy, SendPolicy},
};
use carillon_wire::{Operation, operation::Builder};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Entry;
use crate::v1_0::{carillon::LOCAL, exclusive::follow::message::UNKNOWN_ACCOUNT};

pub const OPERATIONS: &[Entry] = &[Entry::Operation(get::operation), Entry::Operation(set::operation)];

/// Which sends need approval.
#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Approval {
    /// None.
    None,
    /// Those that operators make.
    Console,
    /// All: apps cannot send.
    All,
}

impl Approval {
    fn of(policy: ApprovalPolicy) -> Self {
        match policy {
            ApprovalPolicy::None => Self::None,
            ApprovalPolicy::Console => Self::Console,
            ApprovalPolicy::All => Self::All,
        }
    }

    fn policy(self) -> ApprovalPolicy {
        match self {
            Self::None => ApprovalPolicy::None,
            Self::Console => ApprovalPolicy::Console,
            Self::All => ApprovalPolicy::All,
        }
    }
}

/// What an account asks of its sends.
#[derive(Serialize, JsonSchema)]
struct Policy {
    /// The account.
    unionid: AccountId,
    /// Which sends need approval.
    approval: Approval,
    /// Whether nobody may approve what they wrote.
    four_eyes: bool,
    /// The minute of the day at which quiet hours begin; absent without quiet hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    quiet_from: Option<u16>,
    /// The minute of the day at which they end.
    #[serde(skip_serializing_if = "Option::is_none")]
    quiet_until: Option<u16>,
    /// Receivers above which the operator has to name their number; absent if never.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirm_above: Option<u64>,
}

impl Policy {
    fn of(unionid: AccountId, policy: &SendPolicy) -> Self {
        Self {
            unionid,
            approval: Approval::of(policy.approval),
            four_eyes: policy.four_eyes,
            quiet_from: policy.quiet_hours.map(|hours| hours.from),
            quiet_until: policy.quiet_hours.map(|hours| hours.until),
            confirm_above: policy.confirm_above,
        }
    }
}

fn declare(id: &'static str, roles: &'static [OperatorRole]) -> Builder {
    Operation::v1(id, "/v1.0/carillon/message/policy/{unionid}")
        .callers(LOCAL)
        .roles(roles)
        .account_field("unionid")
        .error(Rule::UnknownAccount, UNKNOWN_ACCOUNT)
}
