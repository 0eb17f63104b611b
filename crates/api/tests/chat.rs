//! Answers to members: by `sessionWebhook`, and automatic ones.

mod auto_replies;
mod webhook;
