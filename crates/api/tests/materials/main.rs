//! Media, service accounts, menus, articles and cards over HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod account;
mod article;
mod auth_info;
mod card;
mod media;
mod refused;
#[allow(dead_code, reason = "shared with the tests of contacts")]
mod server;
