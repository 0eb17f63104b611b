//! The visible part of the tree: what leads to the chosen department, with all its siblings, and what is directly below.

use std::collections::HashSet;

use carillon_model::id::DeptId;
use carillon_store::CorpState;

use super::{name, path};
use crate::console::page::{TreeMore, TreeRow};

/// Departments of one parent that are listed at once.
const PER_LEVEL: usize = 100;
/// The depth from which departments look alike.
const MAX_DEPTH: usize = 8;

/// The rows. `from` is the number of children of the chosen department to leave out.
pub fn rows(state: &CorpState, chosen: DeptId, from: usize) -> Vec<TreeRow> {
    let open: HashSet<DeptId> = state.lineage(chosen).into_iter().collect();
    let mut tree = Tree { state, chosen, from, open, rows: Vec::new() };
    tree.add(DeptId::ROOT, 0);
    tree.rows
}

struct Tree<'a> {
    state: &'a CorpState,
    chosen: DeptId,
    from: usize,
    open: HashSet<DeptId>,
    rows: Vec<TreeRow>,
}

impl Tree<'_> {
    fn add(&mut self, id: DeptId, depth: usize) {
        let Some(node) = self.state.departments.get(&id) else { return };
        let is_open = self.open.contains(&id);
        self.rows.push(TreeRow {
            id: id.0,
            parent: node.department.parent_id.unwrap_or(id).0,
            href: path(id),
            name: name(self.state, id),
            depth: depth.min(MAX_DEPTH),
            members: self.state.members_below(id).len(),
            is_open,
            has_children: !node.children.is_empty(),
            is_chosen: id == self.chosen,
            earlier: None,
            more: None,
        });
        if !is_open {
            return;
        }
        let children = &node.children;
        let from = if id == self.chosen { self.from.min(children.len()) } else { 0 };
        let until = (from + PER_LEVEL).min(children.len());
        if from > 0
            && let Some(row) = self.rows.last_mut()
        {
            let start = from.saturating_sub(PER_LEVEL);
            row.earlier = Some(TreeMore { href: format!("{}?from={start}", path(id)), count: from });
        }
        // The way to the chosen department is always there.
        let listed = children.iter().enumerate();
        let listed = listed
            .filter(|(index, child)| (from..until).contains(index) || self.open.contains(child))
            .map(|(_, child)| *child)
            .collect::<Vec<_>>();
        for child in listed {
            self.add(child, depth + 1);
        }
        if until < children.len()
            && let Some(row) = self.rows.last_mut()
        {
            let href = format!("{}?from={until}", path(id));
            row.more = Some(TreeMore { href, count: children.len() - until });
        }
    }
}
