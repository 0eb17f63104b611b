//! `/topapi/material/article`.

pub mod add;
pub mod delete;
pub mod get;
pub mod list;
pub mod publish;
pub mod update;
