//! `/v1.0/gateway/connections`.

pub mod open;
