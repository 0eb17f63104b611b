//! `/topapi/kac/datav/videoconf`.

pub mod detail;
