//! What holds for every operation of the list, one written tomorrow included.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod clothes;
mod document;
mod request;
mod server;
mod spine;
