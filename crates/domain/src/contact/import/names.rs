//! Resolves names of departments and roles in an import.

use std::collections::HashMap;

use carillon_model::{
    contact::DepartmentProfile,
    env::Env,
    error::Result,
    id::{CorpId, DeptId, RoleId},
};
use carillon_store::Tx;

use super::{
    super::{
        department::{self, MAX_NAME},
        role,
    },
    Column,
    problem::{LineError, Problem, ProblemKind},
};

/// The items of a cell, which semicolons separate.
pub(super) fn cell_items(cell: &str) -> impl Iterator<Item = &str> {
    cell.split([';', '；']).map(str::trim).filter(|item| !item.is_empty())
}

/// A department named by a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum DepartmentRef {
    /// It exists.
    Existing(DeptId),
    /// It has to be created: its path from the root.
    Missing(String),
}

impl std::fmt::Display for DepartmentRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Existing(id) => write!(f, "department {id}"),
            Self::Missing(path) => f.write_str(path),
        }
    }
}

/// Cache of departments and roles by name, for one unit of work.
pub(super) struct Names {
    departments: HashMap<String, DeptId>,
    roles: HashMap<String, Vec<RoleId>>,
    /// Paths of departments that were created.
    pub(super) created: Vec<String>,
}

impl Names {
    pub(super) fn of(tx: &mut Tx<'_>, corp: &CorpId) -> Result<Self> {
        let groups: HashMap<_, _> =
            tx.role_groups(corp)?.into_iter().map(|group| (group.id, group.name)).collect();
        let mut roles: HashMap<String, Vec<RoleId>> = HashMap::new();
        for role in tx.roles(corp)? {
            let Some(group) = groups.get(&role.group_id).filter(|group| *group != role::DEFAULT_GROUP) else {
                continue;
            };
            roles.entry(format!("{group}/{}", role.name)).or_default().push(role.id);
            roles.entry(role.name).or_default().push(role.id);
        }
        Ok(Self { departments: HashMap::new(), roles, created: Vec::new() })
    }

    /// Returns the role with a name.
    pub(super) fn role(&self, name: &str) -> Result<RoleId, Problem> {
        let problem = match self.roles.get(name).map(Vec::as_slice) {
            Some([role]) => return Ok(*role),
            Some(_) => ProblemKind::AmbiguousRole(name.to_owned()),
            None => ProblemKind::UnknownRole(name.to_owned()),
        };
        Err(Column::Roles.problem(problem))
    }

    /// Resolves an item of a cell to a department: by id, or by the names on the path from the root. A path that starts with a
    /// slash is never an id.
    pub(super) fn department(
        &mut self,
        tx: &mut Tx<'_>,
        corp: &CorpId,
        (column, item): (Column, &str),
    ) -> Result<DepartmentRef, LineError> {
        let departments = &tx.state().corp(corp)?.departments;
        if item.bytes().all(|byte| byte.is_ascii_digit()) {
            let id = item.parse().map(DeptId).ok().filter(|id| departments.contains_key(id));
            let unknown = || column.problem(ProblemKind::UnknownDepartment(item.to_owned()));
            return Ok(id.map(DepartmentRef::Existing).ok_or_else(unknown)?);
        }
        for name in path_names(item) {
            if name.chars().count() > MAX_NAME || department::check_name(name).is_err() {
                return Err(column.problem(ProblemKind::DepartmentName(name.to_owned())).into());
            }
        }
        let path = path_names(item).collect::<Vec<_>>().join("/");
        Ok(self.find(tx, corp, &path)?.map_or(DepartmentRef::Missing(path), DepartmentRef::Existing))
    }

    /// Returns the department at a path, if it exists.
    fn find(&mut self, tx: &mut Tx<'_>, corp: &CorpId, path: &str) -> Result<Option<DeptId>> {
        if let Some(id) = self.departments.get(path) {
            return Ok(Some(*id));
        }
        let departments = &tx.state().corp(corp)?.departments;
        let child = |parent: DeptId, name: &str| {
            let named =
                |id: &&DeptId| departments.get(*id).is_some_and(|node| node.department.profile.name == name);
            departments.get(&parent)?.children.iter().find(named).copied()
        };
        let found = path_names(path).try_fold(DeptId::ROOT, child);
        if let Some(id) = found {
            self.departments.insert(path.to_owned(), id);
        }
        Ok(found)
    }

    /// Returns the id of a department. Creates it and its missing parents if necessary.
    pub(super) fn resolve_or_create(
        &mut self,
        tx: &mut Tx<'_>,
        env: &Env,
        corp: &CorpId,
        named: DepartmentRef,
    ) -> Result<DeptId> {
        let path = match named {
            DepartmentRef::Existing(id) => return Ok(id),
            DepartmentRef::Missing(path) => path,
        };
        let mut parent = DeptId::ROOT;
        let mut path_so_far = String::new();
        for name in path_names(&path) {
            path_so_far =
                if path_so_far.is_empty() { name.to_owned() } else { format!("{path_so_far}/{name}") };
            parent = match self.find(tx, corp, &path_so_far)? {
                Some(id) => id,
                None => {
                    let profile = DepartmentProfile { name: name.to_owned(), ..DepartmentProfile::default() };
                    let id = department::create(tx, env, corp, parent, profile)?.id;
                    self.created.push(path_so_far.clone());
                    self.departments.insert(path_so_far.clone(), id);
                    id
                }
            };
        }
        Ok(parent)
    }
}

/// The names in a path.
fn path_names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').map(str::trim).filter(|name| !name.is_empty())
}
