//! What holds for every operation of the list, one written tomorrow included.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod clothes;
mod document;
mod dress;
mod request;
#[allow(dead_code, reason = "shared with the tests of the contract")]
mod server;
mod spine;
mod works;
#[allow(dead_code, reason = "shared with the tests of the contract")]
mod world;
