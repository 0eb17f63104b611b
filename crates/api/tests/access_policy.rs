//! Calls from the wrong place, or too many of them, get the answers of the vendor's gateway.

mod address;
pub mod fixture;
mod often;
