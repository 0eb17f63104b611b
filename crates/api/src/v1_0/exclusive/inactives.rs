//! `/v1.0/exclusive/inactives`.

pub mod users;
