//! `/topapi`.

pub mod material;
pub mod serviceaccount;

/// The answer of an operation that has nothing to say but that it succeeded.
#[derive(serde::Serialize, schemars::JsonSchema)]
pub struct Done {}
