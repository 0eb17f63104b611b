//! `/topapi/kac/datav/dept/videolive`.

pub mod list;
