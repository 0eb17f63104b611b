//! Every change is in the audit trail: who, what, when, before and after.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod trail;
// The tests of materials use the rest of it.
#[allow(dead_code)]
#[path = "../materials/server.rs"]
mod server;
