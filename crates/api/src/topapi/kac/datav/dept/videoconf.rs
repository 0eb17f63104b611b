//! `/topapi/kac/datav/dept/videoconf`.

pub mod list;
