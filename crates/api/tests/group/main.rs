//! Internal groups over HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod infos;
mod own;
mod words;
mod world;
