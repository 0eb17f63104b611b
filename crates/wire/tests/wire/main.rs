//! From bytes to a typed request, and from a rule to a response.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod contact_events;
mod decoder;
mod parameter_location;
