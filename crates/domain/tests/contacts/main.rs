//! Members, departments and roles through a real store.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod deleted;
mod events;
mod order;
mod snapshot;
mod world;
