//! `/topapi/v2`.

pub mod department;
pub mod user;
