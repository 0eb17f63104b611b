//! `/v1.0/contact/users`.

pub mod search;
pub mod sort;
