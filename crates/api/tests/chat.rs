//! Messages from accounts to members: by `sessionWebhook`, automatic replies, and replies of agents.

mod assignment;
mod auto_replies;
mod conversations;
mod saved_answers;
mod webhook;
