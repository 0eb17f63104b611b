//! `/v1.0/exclusive/appDings`.

pub mod send;
