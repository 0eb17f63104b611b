//! What the tests of several crates share.
//!
//! - [`program`]: the started program, and an organisation on it.
//! - [`browser`], [`stream_client`]: clients of a server.
//! - [`receiver`]: a server that takes callbacks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failure here is a failed test")]
#![allow(missing_docs, reason = "the names of helpers of tests tell enough")]

#[cfg(feature = "program")]
pub mod browser;
pub mod file;
#[cfg(feature = "program")]
pub mod program;
#[cfg(feature = "program")]
pub mod receiver;
#[cfg(feature = "program")]
pub mod stream_client;
