//! The rules, through a real store.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access;
mod chat;
mod contacts;
mod find;
mod group;
mod materials;
mod send;
mod sign_on;
mod stats;
