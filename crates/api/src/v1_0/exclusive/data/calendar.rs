//! `/v1.0/exclusive/data/calendar`.

pub mod org;
