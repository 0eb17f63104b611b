//! `/v1.0`.

pub mod carillon;
pub mod contact;
pub mod oauth2;
