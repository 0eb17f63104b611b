//! `/topapi/kac/datav/inactivated/user`.

pub mod list;
