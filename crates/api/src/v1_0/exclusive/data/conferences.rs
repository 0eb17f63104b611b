//! `/v1.0/exclusive/data/conferences`.

pub mod base_info;
pub mod detail;
