//! From bytes to a typed request: clothes, limits, and bytes that mean nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod any_bytes;
mod any_shape;
mod clothes;
mod depth;
mod form;
mod multipart;
mod sample;
