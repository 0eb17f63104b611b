//! From bytes to a typed request: encodings, limits, and malformed bytes.

mod any_bytes;
mod any_shape;
mod depth;
mod encodings;
mod form;
mod multipart;
mod sample;
