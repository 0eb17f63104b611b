//! `/topapi/kac/datav/videoconf/detail`.

pub mod list;
