//! Events, from the operation that causes them to the program that hears of them: all through the started program.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

// The tests of the inbox use the rest of it.
#[allow(dead_code)]
#[path = "../program/browser.rs"]
mod browser;
mod callback;
mod catalogue;
mod command_line;
mod crash;
mod program;
mod receiver;
mod stream;
mod stream_client;
mod talk;
mod tls;
