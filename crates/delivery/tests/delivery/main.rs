//! Delivery to real receivers: HTTP servers and Stream clients.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod callback_responses;
mod fixture;
mod logout;
mod maintenance;
mod order;
mod picture;
mod provider;
mod receiver;
mod retries;
mod routing;
mod shutdown;
mod stalled_client;
mod stream;
mod stream_client;
