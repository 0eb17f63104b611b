//! `/topapi/kac/datav/videolive/detail`.

pub mod list;
