//! `/v1.0/exclusive/inactives/users`.

pub mod query;
