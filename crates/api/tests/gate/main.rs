//! Calls from the wrong place, or too many of them, get the answers of the vendor's gateway.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod address;
mod often;
#[path = "../matrix/request.rs"]
#[allow(dead_code, reason = "shared with the tests of what holds for every operation")]
mod request;
#[path = "../matrix/server.rs"]
#[allow(dead_code, reason = "shared with the tests of what holds for every operation")]
mod server;
mod world;
