//! `/topapi/kac/datav/videoconf`.

pub mod detail;
pub mod get;
