//! Conversations through a real store.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod auto_reply;
mod choose;
// The tests of sends use the rest of it.
#[allow(dead_code)]
#[path = "../send/company.rs"]
mod company;
mod inbox;
mod office;
mod reply;
mod say;
#[allow(dead_code)]
#[path = "../materials/world.rs"]
mod world;
