//! Events for open pages, sent once a unit of work is durable.

use std::sync::Arc;

use carillon_model::{
    audience::Audience,
    id::{AccountId, CorpId, MemberNo, MessageId, TaskId},
};

use crate::{chat::ConversationKey, session::SessionHash, tx::Tx};

/// What pages of operators show, for [`LiveEvent::ConsoleChanged`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsoleTopic {
    /// The conversation of a member with the account; `None` for several.
    Conversation(Option<MemberNo>),
    /// Comments on what the account sent.
    Comments,
    /// Scheduled sends and drafts of sends of the account.
    Sends,
    /// Articles of the account.
    Articles,
    /// The journal of calls.
    Calls,
}

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
    /// Pages of operators have something else to show. A message of a member, a send and a recall have events of their own.
    ConsoleChanged {
        /// The organisation.
        corp: CorpId,
        /// The account; `None` if it can be any.
        account: Option<AccountId>,
        /// What changed.
        topic: ConsoleTopic,
    },
    /// The rights of operators changed. Their pages end, and open again with the rights that they have now.
    OperatorRightsChanged {
        /// The organisation.
        corp: CorpId,
        /// The member; `None` if it can be any.
        member: Option<MemberNo>,
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

impl Tx<'_> {
    /// Announces that pages of operators have something else to show, of an account or of any.
    pub fn console_changed(&mut self, corp: &CorpId, account: Option<&AccountId>, topic: ConsoleTopic) {
        self.announce(LiveEvent::ConsoleChanged { corp: corp.clone(), account: account.cloned(), topic });
    }

    /// Announces that the rights of a member, or of any, changed.
    pub(crate) fn operator_rights_changed(&mut self, corp: &CorpId, member: Option<MemberNo>) {
        self.announce(LiveEvent::OperatorRightsChanged { corp: corp.clone(), member });
    }
}
