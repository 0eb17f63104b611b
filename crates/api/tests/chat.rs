//! Messages from apps to members: by `sessionWebhook`, and automatic replies.

mod auto_replies;
mod webhook;
