//! Approvals.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A member created a template of approvals. Feeds templates created, and custom templates created.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApprovalTemplate {
    /// The id of the template, as its sender names it.
    #[schemars(length(min = 1, max = 64))]
    pub template_id: String,
    /// Whether the organisation designed it itself, rather than taking one of the platform.
    pub custom: bool,
}

/// A member submitted an approval.
/// Feeds approvals submitted, approvals of self-built apps, and templates in use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApprovalSubmitted {
    /// The id of the template of the approval.
    #[schemars(length(min = 1, max = 64))]
    pub template_id: String,
    /// Whether an app of the organisation's own started it.
    pub by_self_built_app: bool,
}

/// A member approved, refused or passed on approvals. Feeds approval actions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApprovalActed {
    /// The number of actions on approvals.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub count: u32,
}

/// An approval that a member had submitted came to its end.
/// Feeds approvals finished, the time of approvals, and the shortest approval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApprovalFinished {
    /// The time from submission to end, in ms.
    #[schemars(range(min = 0, max = 31_622_400_000_i64))]
    pub duration_ms: u64,
}
