//! Events, from the operation that causes them to the program that hears of them: all through the started program.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod callback;
mod command_line;
mod crash;
mod program;
mod receiver;
mod stream;
