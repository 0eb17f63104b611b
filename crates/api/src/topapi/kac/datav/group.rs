//! `/topapi/kac/datav/group`.

pub mod get;
