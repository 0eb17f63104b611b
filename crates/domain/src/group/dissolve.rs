//! Dissolves a group.

use carillon_model::{
    audience::Audience,
    audit::{Change, Subject},
    env::Env,
    error::Result,
    fact::GroupDissolved,
    group::Group,
    id::{ConversationId, CorpId},
};
use carillon_store::Tx;

use super::{active_group, today, type_of};
use crate::stats::fact;

/// Dissolves a group for good. All members leave it. It stays listed, with the name of its last owner.
pub fn dissolve(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, id: &ConversationId) -> Result<()> {
    let group = active_group(tx, corp, id)?;
    let members = tx.group_members(corp, group.no)?;
    // The size of today stays that from before the group was dissolved.
    tx.set_group_members(corp, group.no, &members, &Audience::empty())?;
    let today = today(tx, env, corp)?;
    tx.set_group_size(corp, group.no, today, members.len())?;
    // The clock of a sender of facts may be ahead.
    let dissolved_at = Some(env.now().max(group.named_until));
    tx.update_group_lifespan(corp, &group, &Group { dissolved_at, ..group.clone() })?;
    let dissolved =
        GroupDissolved { open_conversation_id: group.id.to_string(), group_type: type_of(group.kind) };
    fact::record(tx, corp, env.now(), None, dissolved)?;
    let change =
        Change::removed(Subject::Group, id).with("title", &group.title).with("members", members.len());
    tx.changed(corp, change);
    Ok(())
}
