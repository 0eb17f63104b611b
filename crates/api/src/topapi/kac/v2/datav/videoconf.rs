//! `/topapi/kac/v2/datav/videoconf`.

pub mod get;
