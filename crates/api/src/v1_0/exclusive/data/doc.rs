//! `/v1.0/exclusive/data/doc`.

pub mod dept;
pub mod org;
