//! Members, departments and roles over HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access;
mod activity;
mod change;
mod department;
mod find;
mod given;
mod limits;
mod member;
mod pages;
mod role;
mod scope;
#[allow(dead_code, reason = "shared with the tests of materials")]
#[path = "../materials/server.rs"]
mod server;
mod tree;
