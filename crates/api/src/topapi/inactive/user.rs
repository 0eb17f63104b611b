//! `/topapi/inactive/user`.

pub mod v2;
