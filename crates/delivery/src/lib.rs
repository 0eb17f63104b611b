//! Delivers events to apps, by HTTP callback and by Stream.
//!
//! Events are rows of the outbox, written in the unit of work that caused them. One worker for each
//! [`DeliveryTarget`](carillon_store::DeliveryTarget) leases the events that are due, sends them without an open transaction, and records
//! the outcome. Events that a crash interrupts are due again when the server starts. Delivery is at least once: a receiver may see the same
//! event id twice.

mod callback;
mod client;
mod cryptography;
mod guard;
mod picture;
mod probe;
mod provider;
mod send;
mod stream;
mod supervise;
mod worker;

pub use callback::Callbacks;
pub use cryptography::{Envelope, open as open_envelope, seal as seal_envelope, signature};
pub use guard::Guard;
pub use picture::{PictureError, PictureFetcher};
pub use probe::{Probe, ProbeResponse};
pub use provider::{ProviderClientSettings, Providers, stated_client};
pub use worker::Delivery;
