//! `/v1.0/carillon/message/mass`.

pub mod progress;
