//! Facts over HTTP, and the statistics that come of them: whole answers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod catalogue;
mod days;
mod ingest;
mod kac;
mod late;
mod office;
mod proof;
// The tests of materials use the rest of it.
#[allow(dead_code)]
#[path = "../materials/server.rs"]
mod server;
