//! The organisation at the end of a day: its departments and their members.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{
    audience::Audience,
    id::{DeptId, MemberNo},
    stored_form::stored_forms,
};

stored_forms! {
    "tree" Tree,
    "places" Memberships,
}

/// A department in the tree of a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreeNode {
    /// `dept_id`.
    pub id: DeptId,
    /// The parent department; `None` for the root.
    pub parent: Option<DeptId>,
    /// Its name.
    pub name: String,
}

/// The departments of a day, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tree(pub Vec<TreeNode>);

impl Tree {
    /// The node of a department.
    pub fn node(&self, id: DeptId) -> Option<&TreeNode> {
        self.0.binary_search_by_key(&id, |node| node.id).ok().map(|index| &self.0[index])
    }
}

/// The memberships of a day.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Memberships {
    /// All members.
    pub everyone: Audience,
    /// Direct members of departments that have any, by id.
    pub members: Vec<(DeptId, Audience)>,
}

/// The organisation of a day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Organisation {
    /// The departments.
    pub tree: Arc<Tree>,
    /// The members.
    pub memberships: Arc<Memberships>,
}

impl Organisation {
    /// For each department, the indexes in the tree of itself and its ancestors, itself first.
    pub fn ancestor_chains(&self) -> Vec<Vec<usize>> {
        let nodes = &self.tree.0;
        let index_of = |id: DeptId| nodes.binary_search_by_key(&id, |node| node.id).ok();
        let above: Vec<Option<usize>> = nodes.iter().map(|node| node.parent.and_then(index_of)).collect();
        let chain = |start: usize| {
            let mut chain = vec![start];
            let mut next = above[start];
            // The limit ends a cycle, which invalid rows could have.
            while let Some(index) = next.filter(|_| chain.len() <= nodes.len()) {
                chain.push(index);
                next = above[index];
            }
            chain
        };
        (0..nodes.len()).map(chain).collect()
    }

    /// The number of members of each department including all below it, in the order of the tree.
    pub fn headcounts(&self) -> Vec<u64> {
        self.members_by_department().iter().map(Audience::len).collect()
    }

    /// The members of each department including all below it, in the order of the tree.
    pub fn members_by_department(&self) -> Vec<Audience> {
        let mut below = vec![Audience::empty(); self.tree.0.len()];
        let chains = self.ancestor_chains();
        for (id, members) in &self.memberships.members {
            if let Ok(index) = self.tree.0.binary_search_by_key(id, |node| node.id) {
                chains[index].iter().for_each(|above| below[*above].unite(members));
            }
        }
        below
    }

    /// The department to show for each of some members. Decided: the one with the smallest id, since the main department of a
    /// member is not stored for a day.
    pub fn departments_of(&self, members: &Audience) -> BTreeMap<MemberNo, &TreeNode> {
        let mut found = BTreeMap::new();
        for (id, direct) in &self.memberships.members {
            // Most departments have none of the members.
            let Some(node) = self.tree.node(*id).filter(|_| direct.intersects(members)) else { continue };
            // The small set is copied, not the large one.
            let mut here = members.clone();
            here.intersect(direct);
            for member in here.iter() {
                found.entry(member).or_insert(node);
            }
        }
        found
    }
}
