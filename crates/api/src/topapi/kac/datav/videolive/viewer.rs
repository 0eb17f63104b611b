//! `/topapi/kac/datav/videolive/viewer`.

pub mod list;
