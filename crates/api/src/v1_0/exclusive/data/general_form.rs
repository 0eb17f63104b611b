//! `/v1.0/exclusive/data/generalForm`.

pub mod dept;
pub mod org;
