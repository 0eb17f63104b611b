//! `/v1.0/carillon/message/mass`.

pub mod cancel;
pub mod progress;
pub mod schedule;
