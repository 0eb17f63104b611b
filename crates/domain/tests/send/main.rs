//! Mass sends through a real store.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod audience;
mod company;
mod concurrency;
mod content;
mod event;
mod limit;
mod once_a_day;
mod quota;
mod reach;
mod reading;
mod recall;
mod receipt;
mod schedule;
mod snapshot;
mod uuid;
// The tests of materials use the rest of it.
#[allow(dead_code)]
#[path = "../materials/world.rs"]
mod world;
