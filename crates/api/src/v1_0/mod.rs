//! `/v1.0`.

pub mod carillon;
pub mod oauth2;
