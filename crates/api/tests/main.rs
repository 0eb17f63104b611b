//! The operations, over HTTP, on a server in the process of the tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod audit;
mod contacts;
mod contract;
mod exclusive;
mod gate;
mod group;
mod materials;
mod matrix;
mod organisation;
mod reference;
mod send;
mod statistics;
mod talk;
