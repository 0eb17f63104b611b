//! `/topapi/kac/datav/videolive`.

pub mod detail;
pub mod get;
pub mod viewer;
