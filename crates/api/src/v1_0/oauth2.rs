//! `/v1.0/oauth2`.

pub mod access_token;
