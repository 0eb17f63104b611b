//! `/topapi/kac/datav/dept/telconf`.

pub mod list;
