//! Changes a group.

use std::collections::BTreeMap;

use carillon_model::{
    audit::{Change, Subject},
    env::Env,
    error::{Error, Result, Rule},
    group::Group,
    id::{ConversationId, CorpId, UserId},
};
use carillon_store::Tx;

use super::{active_group, member_named, owner_of, set_administrators, set_owner};

/// Changes to a group. `None` keeps the stored value.
#[derive(Clone, Debug, Default)]
pub struct GroupChange {
    /// The title.
    pub title: Option<String>,
    /// The owner, who must be a member.
    pub owner: Option<UserId>,
    /// The administrators, who must be members.
    pub administrators: Option<Vec<UserId>>,
    /// Whether its files are also stored in the drive.
    pub synced_to_drive: Option<bool>,
    /// The custom attributes, which replace all stored ones.
    pub extensions: Option<BTreeMap<String, String>>,
}

/// Changes a group. The previous owner stays a member.
pub fn update(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    id: &ConversationId,
    change: GroupChange,
) -> Result<()> {
    let before = active_group(tx, corp, id)?;
    let administrators_before = tx.group_administrators(corp, before.no)?;
    let mut group = Group {
        titled_at: if change.title.is_some() { env.now() } else { before.titled_at },
        title: change.title.unwrap_or_else(|| before.title.clone()),
        synced_to_drive: change.synced_to_drive.unwrap_or(before.synced_to_drive),
        extensions: change.extensions.unwrap_or_else(|| before.extensions.clone()),
        ..before.clone()
    };
    if let Some(userid) = &change.owner {
        let owner = member_named(tx, corp, "ownerUserId", userid)?;
        if !tx.group_members(corp, group.no)?.contains(owner) {
            return Err(Error::because(Rule::NotInGroup, userid.to_string()));
        }
        set_owner(tx, corp, &mut group, Some(owner))?;
    }
    if let Some(administrators) = &change.administrators {
        set_administrators(tx, corp, &mut group, administrators)?;
    }
    tx.update_group(corp, &group)?;
    let owner = |tx: &mut Tx<'_>, group| {
        owner_of(tx, corp, group).map(|owner| owner.map(|(userid, _)| userid.to_string()).unwrap_or_default())
    };
    let change = Change::updated(Subject::Group, id)
        .between("title", &before.title, &group.title)
        .between("owner", owner(tx, &before)?, owner(tx, &group)?)
        .hidden("administrators", &administrators_before, &tx.group_administrators(corp, group.no)?)
        .between("synced_to_drive", before.synced_to_drive, group.synced_to_drive)
        .hidden("extensions", &before.extensions, &group.extensions);
    tx.changed(corp, change);
    Ok(())
}
