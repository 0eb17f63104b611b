//! Stream: WebSocket connections that clients open, and the events that are sent on them.

mod connection;
mod frame;
mod hub;
mod socket;

pub use connection::OutgoingFrame;
pub use frame::Frame;
pub use hub::Hub;
pub use socket::router;
