//! Bans messages in a group.

use carillon_model::{
    audit::{Change, Subject},
    error::Result,
    group::Group,
    id::{ConversationId, CorpId},
};
use carillon_store::Tx;

use super::active_group;

/// Bans messages in a group, or allows them again.
pub fn set_words_banned(tx: &mut Tx<'_>, corp: &CorpId, id: &ConversationId, banned: bool) -> Result<()> {
    let before = active_group(tx, corp, id)?;
    let group = Group { words_banned: banned, ..before.clone() };
    tx.update_group(corp, &group)?;
    let change = Change::updated(Subject::Group, id).between("words_banned", before.words_banned, banned);
    tx.changed(corp, change);
    Ok(())
}
