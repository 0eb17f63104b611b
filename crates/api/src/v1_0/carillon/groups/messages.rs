//! `/v1.0/carillon/groups/messages`.

pub mod send;
