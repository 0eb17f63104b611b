//! What other connections hear once a unit of work is durable.

use std::sync::Arc;

use carillon_model::{
    audience::Audience,
    id::{AccountId, CorpId, TaskId},
};

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
}
