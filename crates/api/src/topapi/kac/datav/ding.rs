//! `/topapi/kac/datav/ding`.

pub mod get;
