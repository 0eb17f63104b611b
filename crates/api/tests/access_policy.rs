//! Calls from a forbidden address, or too many calls, get the responses of the vendor's gateway.

mod address;
pub mod fixture;
mod rate_limits;
