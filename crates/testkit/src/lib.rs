//! Helpers that the tests of several crates share.
//!
//! - [`program`]: the started program, and an organisation on it.
//! - [`server`]: the operations, in the test process.
//! - [`router`]: any router on a port.
//! - [`store`]: an organisation in a store, for tests of the domain.
//! - [`folder`]: data folders, copied.
//! - [`env`]: clocks and randomness, and whether tests shall be short.
//! - [`agreement`]: compares all operations that return the same numbers.
//! - [`browser`], [`stream_client`]: clients of a server.
//! - [`provider`]: a provider of OpenID Connect that does what a test wants.
//! - [`receiver`]: a server that receives callbacks.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failure here is a failed test")]
#![allow(missing_docs, reason = "the names of test helpers are enough")]

#[cfg(any(feature = "program", feature = "server"))]
pub mod agreement;
#[cfg(feature = "program")]
pub mod browser;
pub mod env;
pub mod file;
#[cfg(any(feature = "server", feature = "store"))]
pub mod folder;
#[cfg(feature = "program")]
pub mod program;
#[cfg(feature = "provider")]
pub mod provider;
#[cfg(feature = "program")]
pub mod receiver;
#[cfg(feature = "router")]
pub mod router;
#[cfg(feature = "server")]
pub mod server;
#[cfg(feature = "store")]
pub mod store;
#[cfg(feature = "program")]
pub mod stream_client;
