//! `/topapi/inactive/user/v2`.

pub mod get;
