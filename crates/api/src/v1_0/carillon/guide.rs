//! `/v1.0/carillon/guide`: what an owner of an empty organisation does next.

pub mod get;
pub mod set;

use carillon_domain::guide::Guide;
use carillon_model::operator::OperatorRole;
use schemars::JsonSchema;
use serde::Serialize;

use crate::Entry;

pub const OPERATIONS: &[Entry] = &[Entry::Operation(get::operation), Entry::Operation(set::operation)];

/// Who may call these operations.
const ROLES: &[OperatorRole] = &[OperatorRole::Owner];

/// The guide.
#[derive(Serialize, JsonSchema)]
struct GuideView {
    /// The steps of the guide, in their order.
    steps: Vec<StepView>,
    /// Whether an owner has put the guide away.
    dismissed: bool,
}

/// A step.
#[derive(Serialize, JsonSchema)]
struct StepView {
    /// The step: `members`, `account`, `article`, `send` or `app`.
    step: String,
    /// Whether the organisation has done the step.
    done: bool,
}

impl From<Guide> for GuideView {
    fn from(guide: Guide) -> Self {
        let steps = guide.steps.into_iter();
        let steps = steps.map(|(step, done)| StepView { step: step.as_str().to_owned(), done });
        Self { steps: steps.collect(), dismissed: guide.dismissed }
    }
}
