//! `/v1.0/exclusive/data/report`.

pub mod dept;
