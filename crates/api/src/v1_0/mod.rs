//! `/v1.0`.

pub mod oauth2;
