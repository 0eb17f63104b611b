//! `/topapi/message/mass`.

pub mod message;
pub mod recall;
pub mod send;
