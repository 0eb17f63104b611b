//! Everything that leaves on its own time: events, by HTTP callback and by Stream.
//!
//! Events are rows of the outbox, written with their cause. A worker for each [`DeliveryTarget`](carillon_store::Outlet) takes what is due
//! for the time of a lease, sends it without holding a transaction, and writes down how it went. Whatever a crash interrupts
//! is due again when the server starts: a receiver may see an event twice, and tells by its id.

mod callback;
mod client;
mod cryptography;
mod guard;
mod probe;
mod send;
mod stream;
mod supervise;
mod worker;

pub use callback::Callbacks;
pub use cryptography::{Envelope, open as open_envelope, seal as seal_envelope, signature};
pub use guard::Guard;
pub use probe::{Answered, Probe};
pub use worker::Delivery;
