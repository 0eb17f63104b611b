//! Events for open pages, sent once a unit of work is durable.

use std::sync::Arc;

use carillon_model::{
    audience::Audience,
    id::{AccountId, CorpId, MemberNo, MessageId, TaskId},
};

use crate::{chat::ConversationKey, session::SessionHash};

/// Something that open pages show at once.
#[derive(Clone, Debug)]
pub enum LiveEvent {
    /// A message reached the inbox of its audience.
    Sent {
        /// The organisation.
        corp: CorpId,
        /// The sending account.
        account: AccountId,
        /// The send.
        task: TaskId,
        /// Who received it.
        audience: Arc<Audience>,
    },
    /// A message was posted in the conversation of one member.
    ChatMessagePosted {
        /// The conversation.
        conversation: ConversationKey,
        /// The message.
        id: MessageId,
        /// True if the member wrote it.
        is_own: bool,
    },
    /// A message was recalled.
    Recalled {
        /// The organisation.
        corp: CorpId,
        /// The sending account.
        account: AccountId,
        /// The send.
        task: TaskId,
        /// Who had received it.
        audience: Arc<Audience>,
    },
    /// A sign-out, a changed password or the removal of a member ended sessions. Pages that they opened end too.
    SessionsEnded {
        /// The organisation.
        corp: CorpId,
        /// The member.
        member: MemberNo,
        /// The session that ended; `None` for all sessions of the member.
        session: Option<SessionHash>,
    },
}
