//! `/v1.0/carillon/event/delivery`: what became of the events that an app subscribed to.

pub mod list;
pub mod retry;
