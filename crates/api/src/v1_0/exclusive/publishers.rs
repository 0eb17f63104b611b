//! `/v1.0/exclusive/publishers`.

pub mod comments;
