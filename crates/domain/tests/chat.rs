//! Conversations through a real store.

mod auto_reply;
mod choose;
mod fixture;
mod inbox;
mod post_message;
mod reply;
