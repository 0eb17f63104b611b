//! Members, departments and roles over HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access;
mod change;
mod department;
mod given;
mod limits;
mod member;
mod pages;
mod role;
#[allow(dead_code, reason = "shared with the tests of materials")]
#[path = "../materials/server.rs"]
mod server;
