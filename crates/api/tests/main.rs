//! The operations over HTTP, on a server in the test process.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access_policy;
mod audit;
mod chat;
mod contacts;
mod contract;
mod exclusive;
mod field;
mod generated;
mod group;
mod hosts;
mod materials;
mod matrix;
mod operator;
mod organisation;
mod reference;
mod roles;
mod send;
mod statistics;
