//! `/topapi/message/mass`.

mod link;
pub mod recall;
pub mod send;
