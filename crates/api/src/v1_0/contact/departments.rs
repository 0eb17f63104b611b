//! `/v1.0/contact/departments`.

pub mod search;
