//! `/topapi/kac/datav/telconf/detail`.

pub mod list;
