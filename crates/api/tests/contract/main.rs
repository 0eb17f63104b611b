//! The operations beside the facts of the public documentation: nothing documented is missing, unlimited or untested.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod answers;
mod declared;
mod facts;
mod fields;
mod limits;
mod others;
mod provocations;
mod provoked;
#[path = "../matrix/request.rs"]
#[allow(dead_code, reason = "shared with the tests of what holds for every operation")]
mod request;
#[path = "../matrix/server.rs"]
#[allow(dead_code, reason = "shared with the tests of what holds for every operation")]
mod server;
#[path = "../matrix/works.rs"]
mod works;
#[path = "../matrix/world.rs"]
#[allow(dead_code, reason = "shared with the tests of what holds for every operation")]
mod world;
