//! What other connections hear once a unit of work is durable.

use std::sync::Arc;

use carillon_model::{
    audience::Audience,
    id::{AccountId, AppKey, CorpId, MemberNo, MessageId, TaskId},
    time::Timestamp,
};

use crate::{chat::ConversationKey, due::DueWork, outbox::DeliveryTarget, session::SessionHash};

/// Something that open pages show at once.
#[derive(Clone, Debug)]
pub enum Event {
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
    /// Something was said in the conversation of one member.
    ChatMessagePosted {
        /// Whose, with which account.
        place: ConversationKey,
        /// The message.
        id: MessageId,
        /// Whether the member wrote it: nothing new to that member.
        is_own: bool,
    },
    /// A message was taken back.
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
        /// The one that ended; all of the member's when absent.
        session: Option<SessionHash>,
    },
}

/// What delivery hears once a unit of work is durable. It has a channel of its own: many events at once must not make open
/// pages miss theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// There is something to deliver.
    Raised(DeliveryTarget),
    /// An app's secret was replaced: whoever came in with the one before has to leave.
    SecretReplaced(AppKey),
    /// Work becomes due at a time. The scheduler hears of it, by [`DueTimes`](crate::DueTimes), and delivery does not.
    Due(CorpId, DueWork, Timestamp),
}
