//! Internal groups: who belongs to them, who runs them, and who may speak.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod follows;
mod limits;
mod members;
mod world;
