//! Stream: connections that clients open, and the events that go out by them.

mod connection;
mod frame;
mod hub;
mod link;

pub use connection::router;
pub use frame::Frame;
pub use hub::Hub;
pub use link::OutgoingFrame;
