//! `/media`.

pub mod upload;
