//! `/topapi/message`.

pub mod mass;
