//! The store, on a data folder.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod reads;
mod units;
