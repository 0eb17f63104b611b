//! `/topapi`.

pub mod serviceaccount;
