//! `/topapi/kac/datav/dau`.

pub mod summary;
