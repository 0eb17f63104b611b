//! Departments and roles as a list of members names them.

use std::collections::HashMap;

use carillon_model::{
    contact::DepartmentProfile,
    env::Env,
    error::{Error, Result},
    id::{CorpId, DeptId, RoleId},
};
use carillon_store::Tx;

use super::{
    super::{
        department::{self, MAX_NAME},
        role,
    },
    Column,
};

/// Separates the departments or roles of one cell.
const BETWEEN: char = ';';

/// What a cell names.
pub(super) fn items(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(BETWEEN).map(str::trim).filter(|item| !item.is_empty())
}

/// A department as a cell names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// One that exists.
    There(DeptId),
    /// One that has to be created first: its path from the root.
    Missing(String),
}

impl std::fmt::Display for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::There(id) => write!(f, "department {id}"),
            Self::Missing(path) => f.write_str(path),
        }
    }
}

/// Departments and roles by name, remembered for as long as a unit of work takes.
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

    /// The role of a name.
    pub(super) fn role(&self, name: &str) -> Result<RoleId> {
        match self.roles.get(name).map(Vec::as_slice) {
            Some([role]) => Ok(*role),
            Some(_) => {
                Err(Error::invalid(Column::Roles.name(), format!("names {name}, which several groups have")))
            }
            None => Err(Error::invalid(Column::Roles.name(), format!("names {name}, which is no role"))),
        }
    }

    /// The department that an item of a cell names: by its id, or by the names on the way down from the root. A path that
    /// begins with a slash is never an id.
    pub(super) fn department(&mut self, tx: &mut Tx<'_>, corp: &CorpId, item: &str) -> Result<Named> {
        let field = Column::Departments.name();
        let departments = &tx.state().corp(corp)?.departments;
        if item.bytes().all(|byte| byte.is_ascii_digit()) {
            let id = item.parse().map(DeptId).ok().filter(|id| departments.contains_key(id));
            let unknown = || Error::invalid(field, format!("names {item}, which is no department"));
            return id.map(Named::There).ok_or_else(unknown);
        }
        for name in steps(item) {
            if name.chars().count() > MAX_NAME || department::require_good_name(name).is_err() {
                let reason = format!(
                    "names {name}: the name of a department has at most {MAX_NAME} characters, no hyphen and no comma"
                );
                return Err(Error::invalid(field, reason));
            }
        }
        let path = steps(item).collect::<Vec<_>>().join("/");
        Ok(self.find(tx, corp, &path)?.map_or(Named::Missing(path), Named::There))
    }

    /// The department at a path, if it exists.
    fn find(&mut self, tx: &mut Tx<'_>, corp: &CorpId, path: &str) -> Result<Option<DeptId>> {
        if let Some(id) = self.departments.get(path) {
            return Ok(Some(*id));
        }
        let departments = &tx.state().corp(corp)?.departments;
        let child = |above: DeptId, name: &str| {
            let named =
                |id: &&DeptId| departments.get(*id).is_some_and(|node| node.department.profile.name == name);
            departments.get(&above)?.children.iter().find(named).copied()
        };
        let found = steps(path).try_fold(DeptId::ROOT, child);
        if let Some(id) = found {
            self.departments.insert(path.to_owned(), id);
        }
        Ok(found)
    }

    /// The department itself, created with all that is missing above it if need be.
    pub(super) fn there(
        &mut self,
        tx: &mut Tx<'_>,
        env: &Env,
        corp: &CorpId,
        named: Named,
    ) -> Result<DeptId> {
        let path = match named {
            Named::There(id) => return Ok(id),
            Named::Missing(path) => path,
        };
        let mut above = DeptId::ROOT;
        let mut way = String::new();
        for name in steps(&path) {
            way = if way.is_empty() { name.to_owned() } else { format!("{way}/{name}") };
            above = match self.find(tx, corp, &way)? {
                Some(id) => id,
                None => {
                    let profile = DepartmentProfile { name: name.to_owned(), ..DepartmentProfile::default() };
                    let id = department::create(tx, env, corp, above, profile)?.id;
                    self.created.push(way.clone());
                    self.departments.insert(way.clone(), id);
                    id
                }
            };
        }
        Ok(above)
    }
}

/// The names on the way down.
fn steps(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').map(str::trim).filter(|name| !name.is_empty())
}
