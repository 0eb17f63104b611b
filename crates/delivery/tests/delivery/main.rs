//! Delivery to real receivers: HTTP servers and Stream clients.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod answers;
mod channels;
mod ending;
mod fixture;
mod order;
mod receiver;
mod retries;
mod stalled;
mod stream;
mod stream_client;
mod upkeep;
