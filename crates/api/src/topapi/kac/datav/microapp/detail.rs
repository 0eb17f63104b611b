//! `/topapi/kac/datav/microapp/detail`.

pub mod list;
