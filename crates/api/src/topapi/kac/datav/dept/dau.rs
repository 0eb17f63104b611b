//! `/topapi/kac/datav/dept/dau`.

pub mod list;
