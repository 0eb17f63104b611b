//! The department tree as choices of a form.

use std::collections::HashSet;

use carillon_model::id::DeptId;
use carillon_store::CorpState;

use crate::console::page::DepartmentChoice;

/// Departments to choose from.
const DEPARTMENTS: usize = 1_000;
/// The depth from which departments look alike.
const MAX_DEPTH: usize = 8;

/// The departments in the order of the tree: the first ones, and all that are chosen.
pub fn department_choices(state: &CorpState, chosen: &HashSet<DeptId>) -> (Vec<DepartmentChoice>, bool) {
    let mut listed = Vec::new();
    let mut are_more = false;
    let mut stack = vec![(DeptId::ROOT, 0)];
    while let Some((id, depth)) = stack.pop() {
        let Some(node) = state.departments.get(&id) else { continue };
        stack.extend(node.children.iter().rev().map(|child| (*child, depth + 1)));
        let is_chosen = chosen.contains(&id);
        if listed.len() >= DEPARTMENTS && !is_chosen {
            are_more = true;
            continue;
        }
        listed.push(DepartmentChoice {
            id: id.0,
            name: if id == DeptId::ROOT {
                state.corp.name.clone()
            } else {
                node.department.profile.name.clone()
            },
            depth: depth.min(MAX_DEPTH),
            is_chosen,
        });
    }
    (listed, are_more)
}
