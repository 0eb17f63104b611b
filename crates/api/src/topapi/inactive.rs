//! `/topapi/inactive`.

pub mod user;
