//! `/v1.0/exclusive/phoneDings`.

pub mod send;
