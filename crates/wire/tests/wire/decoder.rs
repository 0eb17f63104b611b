//! From bytes to a typed request: encodings, limits, and bytes that mean nothing.

mod any_bytes;
mod any_shape;
mod depth;
mod encodings;
mod form;
mod multipart;
mod sample;
