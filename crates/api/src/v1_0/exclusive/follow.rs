//! `/v1.0/exclusive/follow`.

pub mod message;
