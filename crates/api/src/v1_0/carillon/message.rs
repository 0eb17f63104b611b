//! `/v1.0/carillon/message`.

pub mod mass;
