//! `/v1.0/gateway`.

pub mod connections;
