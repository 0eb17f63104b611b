//! `/v1.0/exclusive/data/appVersion`.

pub mod org;
