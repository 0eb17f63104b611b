//! Messages in groups. Only the fact that a message was sent is recorded, not its content.

use carillon_model::{
    audit::{Change, Subject},
    env::Env,
    error::{Error, Result, Rule},
    fact::{GroupFile, GroupMessage},
    group::Group,
    id::{ConversationId, CorpId, UserId},
};
use carillon_store::Tx;

use super::{active_group, member_named};
use crate::{mint, stats::fact};

/// A message that a member sends to a group.
#[derive(Clone, Debug)]
pub struct Post {
    /// The sender.
    pub sender: UserId,
    /// Size in bytes if it is a file.
    pub file_bytes: Option<i64>,
}

/// Records a message in a group and returns its id.
///
/// Decided: a ban on messages does not apply to the owner and the administrators.
pub fn post(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, id: &ConversationId, post: &Post) -> Result<String> {
    let before = active_group(tx, corp, id)?;
    let sender = member_named(tx, corp, "senderUserId", &post.sender)?;
    if !tx.group_members(corp, before.no)?.contains(sender) {
        return Err(Error::because(Rule::NotInGroup, post.sender.to_string()));
    }
    let is_manager =
        before.owner == Some(sender) || tx.group_administrators(corp, before.no)?.contains(sender);
    if before.words_banned && !is_manager {
        return Err(Rule::GroupWordsBanned.into());
    }
    if let Some(bytes) = post.file_bytes {
        let used_bytes = before.used_bytes.saturating_add(bytes);
        tx.update_group(corp, &Group { used_bytes, ..before.clone() })?;
    }
    tx.record_group_activity(corp, before.no, env.now())?;
    let open_conversation_id = id.to_string();
    if post.file_bytes.is_some() {
        let file = GroupFile { open_conversation_id: open_conversation_id.clone(), count: 1 };
        fact::record(tx, corp, env.now(), Some(sender), file)?;
    }
    fact::record(tx, corp, env.now(), Some(sender), GroupMessage { open_conversation_id, count: 1 })?;
    let message = mint::group_message_id(env);
    let kind = if post.file_bytes.is_some() { "file" } else { "message" };
    let change = Change::created(Subject::GroupMessage, &message)
        .with("group", id)
        .with("sender", &post.sender)
        .with("type", kind);
    tx.changed(corp, change);
    Ok(message)
}
