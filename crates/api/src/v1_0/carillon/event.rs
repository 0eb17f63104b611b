//! `/v1.0/carillon/event`.

pub mod delivery;
