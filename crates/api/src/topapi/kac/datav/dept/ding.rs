//! `/topapi/kac/datav/dept/ding`.

pub mod list;
