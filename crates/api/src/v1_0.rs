//! `/v1.0`.

pub mod carillon;
pub mod contact;
pub mod datacenter;
pub mod exclusive;
pub mod gateway;
pub mod oauth2;
