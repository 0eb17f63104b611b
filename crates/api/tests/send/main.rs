//! Mass sends over HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod accepted;
mod comment;
mod ding;
mod length;
mod office;
mod progress;
mod quota;
mod reach;
mod recall;
mod record;
mod refused;
mod schedule;
mod v1;
// The tests of materials use the rest of it.
#[allow(dead_code)]
#[path = "../materials/server.rs"]
mod server;
