//! `/v1.0/carillon/dings`.

pub mod settings;
