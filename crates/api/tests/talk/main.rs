//! Answers to members: by `sessionWebhook`, and automatic ones.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod auto_replies;
#[allow(dead_code)]
#[path = "../matrix/request.rs"]
mod request;
#[allow(dead_code)]
#[path = "../matrix/server.rs"]
mod server;
mod webhook;
#[allow(dead_code)]
#[path = "../matrix/works.rs"]
mod works;
#[allow(dead_code)]
#[path = "../matrix/world.rs"]
mod world;
