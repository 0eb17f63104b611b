//! Conversations through a real store.

mod auto_reply;
mod choose;
mod fixture;
mod inbox;
mod reply;
mod say;
