//! `/robot`.

pub mod message;
pub mod send_by_session;
