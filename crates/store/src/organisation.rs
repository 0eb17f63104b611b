//! The organisation at the end of each day. It is stored before the first change on a later day, so that days without a change cost
//! nothing. Equal contents are stored once.

use std::sync::Arc;

use carillon_model::{
    audience::Audience,
    day::Day,
    error::{Error, Result},
    id::{CorpId, DeptId},
    statistic::{Memberships, Organisation, Tree, TreeNode},
    stored_form::StoredForm,
    time::{self, Timestamp},
};
use imbl::OrdMap;
use rusqlite::types::ValueRef;
use sha2::{Digest, Sha256};

use crate::{
    blob::{Blob, encode},
    sql::{Column, Value},
    state::{CorpState, DepartmentNode},
    tx::Tx,
};

/// The key of a stored content: the SHA-256 of its encoded form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ContentKey(pub [u8; 32]);

impl ContentKey {
    /// The version is part of the hash, since the same bytes mean something else in another version. Version 0 is left out, since
    /// it is older than versions.
    fn of(content: &Blob) -> Self {
        let mut hash = Sha256::new();
        if content.version > 0 {
            hash.update(content.version.to_be_bytes());
        }
        Self(hash.chain_update(&content.bytes).finalize().into())
    }
}

/// The organisation of a day, by references that are cheap to compare.
#[derive(Clone, Debug)]
pub enum OrganisationKey {
    /// The current organisation, which may still change.
    Current(OrdMap<DeptId, Arc<DepartmentNode>>, Arc<Audience>),
    /// The stored organisation of a past day: tree and memberships.
    Stored(ContentKey, ContentKey),
}

impl PartialEq for OrganisationKey {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Current(tree, everyone), Self::Current(other_tree, other_everyone)) => {
                tree.ptr_eq(other_tree) && Arc::ptr_eq(everyone, other_everyone)
            }
            (Self::Stored(tree, memberships), Self::Stored(other_tree, other_memberships)) => {
                tree == other_tree && memberships == other_memberships
            }
            _ => false,
        }
    }
}

impl CorpState {
    /// The current departments and memberships.
    pub fn organisation(&self) -> Organisation {
        Organisation { tree: Arc::new(self.tree()), memberships: Arc::new(self.memberships()) }
    }

    /// The current departments.
    pub fn tree(&self) -> Tree {
        let nodes = self.departments.values().map(|node| TreeNode {
            id: node.department.id,
            parent: node.department.parent_id,
            name: node.department.profile.name.clone(),
        });
        Tree(nodes.collect())
    }

    fn memberships(&self) -> Memberships {
        let with_members = self.departments.iter().filter(|(_, node)| !node.members.is_empty());
        Memberships {
            everyone: (*self.everyone).clone().compact(),
            members: with_members.map(|(id, node)| (*id, (*node.members).clone().compact())).collect(),
        }
    }

    fn organisation_key(&self) -> OrganisationKey {
        OrganisationKey::Current(self.departments.clone(), Arc::clone(&self.everyone))
    }

    /// The day of an instant in the time zone of the organisation.
    pub fn day_of(&self, time: Timestamp) -> Result<Day> {
        let zone = time::zone(&self.corp.time_zone)
            .ok_or_else(|| Error::internal("the organisation has no known time zone"))?;
        Ok(Day::of(time, &zone))
    }
}

impl Tx<'_> {
    /// The key of the organisation at the end of a day.
    pub fn organisation_key(&mut self, corp: &CorpId, day: Day) -> Result<OrganisationKey> {
        let stored = self.one(
            "SELECT tree, memberships FROM organisation_day WHERE corp_id = ?1 AND day >= ?2 ORDER BY day LIMIT 1",
            &[corp.into(), day.into()],
            |row| Ok(OrganisationKey::Stored(row.get(0)?, row.get(1)?)),
        )?;
        match stored {
            Some(key) => Ok(key),
            None => Ok(self.state().corp(corp)?.organisation_key()),
        }
    }

    /// The organisation of a key.
    pub fn organisation(&mut self, corp: &CorpId, key: &OrganisationKey) -> Result<Organisation> {
        match key {
            OrganisationKey::Current(..) => Ok(self.state().corp(corp)?.organisation()),
            OrganisationKey::Stored(tree, memberships) => Ok(Organisation {
                tree: self.tree_of(corp, tree)?,
                memberships: self.cached_content(corp, memberships)?,
            }),
        }
    }

    /// All members of the organisation of a key.
    pub fn everyone(&mut self, corp: &CorpId, key: &OrganisationKey) -> Result<Audience> {
        match key {
            OrganisationKey::Current(_, everyone) => Ok((**everyone).clone()),
            OrganisationKey::Stored(_, memberships) => {
                Ok(self.cached_content::<Memberships>(corp, memberships)?.everyone.clone())
            }
        }
    }

    /// A stored tree.
    pub fn tree_of(&mut self, corp: &CorpId, tree: &ContentKey) -> Result<Arc<Tree>> {
        self.cached_content(corp, tree)
    }

    /// Stores the organisation of a key, for a day whose statistics are finalized. Returns the keys of tree and memberships.
    pub fn persist_organisation(
        &mut self,
        corp: &CorpId,
        key: &OrganisationKey,
    ) -> Result<(ContentKey, ContentKey)> {
        match key {
            OrganisationKey::Stored(tree, memberships) => Ok((*tree, *memberships)),
            OrganisationKey::Current(..) => {
                let state = Arc::clone(self.state().corp(corp)?);
                self.persist_state(corp, &state)
            }
        }
    }

    /// Stores the organisation of the day before, if this is the first change of a day.
    pub(crate) fn persist_organisation_of_yesterday(
        &mut self,
        corp: &CorpId,
        changed_at: Timestamp,
    ) -> Result<()> {
        let Some(before) = self.before.corps.get(corp).map(Arc::clone) else { return Ok(()) };
        if before.organisation_key() == self.state().corp(corp)?.organisation_key() {
            return Ok(());
        }
        let yesterday = before.day_of(changed_at)?.plus(-1);
        // Decided: statistics of days before the organisation existed use the organisation at the time when they are computed, so
        // that a history can be ingested as soon as the contacts exist.
        if yesterday < before.day_of(before.corp.created_at)? {
            return Ok(());
        }
        let is_stored = self.exists(
            "SELECT 1 FROM organisation_day WHERE corp_id = ?1 AND day >= ?2",
            &[corp.into(), yesterday.into()],
        )?;
        if !is_stored {
            let (tree, memberships) = self.persist_state(corp, &before)?;
            self.execute(
                "INSERT INTO organisation_day (corp_id, day, tree, memberships) VALUES (?1, ?2, ?3, ?4)",
                &[corp.into(), yesterday.into(), (&tree).into(), (&memberships).into()],
            )?;
        }
        Ok(())
    }

    fn persist_state(&mut self, corp: &CorpId, state: &CorpState) -> Result<(ContentKey, ContentKey)> {
        Ok((self.persist_content(corp, &state.tree())?, self.persist_content(corp, &state.memberships())?))
    }

    fn persist_content(&mut self, corp: &CorpId, content: &impl StoredForm) -> Result<ContentKey> {
        let content = encode(content)?;
        let key = ContentKey::of(&content);
        self.execute(
            "INSERT INTO stat_content (corp_id, hash, content, form_version) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO NOTHING",
            &[corp.into(), (&key).into(), (&content.bytes).into(), content.version.into()],
        )?;
        Ok(key)
    }
}

impl<'a> From<&'a ContentKey> for Value<'a> {
    fn from(key: &'a ContentKey) -> Self {
        Self::Blob(&key.0)
    }
}

impl Column for ContentKey {
    fn read(value: ValueRef<'_>) -> Option<Self> {
        value.as_blob().ok().and_then(|bytes| bytes.try_into().ok()).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_depends_on_bytes_and_version() {
        let key = |version| ContentKey::of(&Blob { version, bytes: vec![1, 2] });
        assert_eq!(key(0), ContentKey(Sha256::digest([1, 2]).into()), "as it was without versions");
        assert!(key(0) != key(1) && key(1) != key(2));
    }
}
