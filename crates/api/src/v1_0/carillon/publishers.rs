//! `/v1.0/carillon/publishers`.

pub mod comments;
