//! `/topapi/kac/datav/telconf`.

pub mod detail;
pub mod get;
