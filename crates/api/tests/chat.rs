//! Messages from accounts to members: by `sessionWebhook`, automatic replies, and replies of agents.

mod auto_replies;
mod conversations;
mod webhook;
