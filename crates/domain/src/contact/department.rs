//! Departments.

use carillon_model::{
    audit::{Change, Subject},
    contact::{Department, DepartmentProfile},
    error::{Error, Result, Rule},
    id::{CorpId, DeptId},
};
use carillon_store::Tx;

/// Entries of each list of who may see a department. Decided: the page says 50; the clients' own check, 200, is looser.
pub const MAX_PERMITS: usize = 50;

/// Adds a department below another one.
pub fn create(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    parent_id: DeptId,
    profile: DepartmentProfile,
) -> Result<Department> {
    let state = tx.state().corp(corp)?;
    let parent = state.departments.get(&parent_id).ok_or(Error::Rule(Rule::UnknownParentDepartment))?;
    require_good_name(&profile.name)?;
    let taken = parent
        .children
        .iter()
        .filter_map(|id| state.departments.get(id))
        .any(|sibling| sibling.department.profile.name == profile.name);
    if taken {
        return Err(Rule::DepartmentNameTaken.into());
    }
    require_good_permits(tx, corp, &profile)?;
    let id = DeptId(tx.next_number(corp, "department")?);
    let department = Department { id, parent_id: Some(parent_id), profile };
    tx.insert_department(corp, &department)?;
    let change = Change::created(Subject::Department, id)
        .with("name", &department.profile.name)
        .with("parent_id", parent_id);
    tx.changed(corp, change);
    Ok(department)
}

/// The department that everything else is below; it has the organisation's name.
pub(crate) fn create_root(tx: &mut Tx<'_>, corp: &CorpId, name: &str) -> Result<()> {
    let id = DeptId(tx.next_number(corp, "department")?);
    let profile = DepartmentProfile { name: name.to_owned(), ..DepartmentProfile::default() };
    tx.insert_department(corp, &Department { id, parent_id: None, profile })
}

fn require_good_name(name: &str) -> Result<()> {
    if name.contains(['-', ',', '，']) { Err(Rule::DepartmentNameInvalid.into()) } else { Ok(()) }
}

fn require_good_permits(tx: &mut Tx<'_>, corp: &CorpId, profile: &DepartmentProfile) -> Result<()> {
    let state = tx.state().corp(corp)?;
    for (name, list) in
        [("dept_permits", &profile.dept_permits), ("outer_permit_depts", &profile.outer_permit_depts)]
    {
        if list.len() > MAX_PERMITS || list.iter().any(|id| !state.departments.contains_key(id)) {
            return Err(Error::because(Rule::VisibilityListInvalid, name));
        }
    }
    for (name, list) in
        [("user_permits", &profile.user_permits), ("outer_permit_users", &profile.outer_permit_users)]
    {
        if list.len() > MAX_PERMITS {
            return Err(Error::because(Rule::VisibilityListInvalid, name));
        }
        for userid in list {
            if tx.member_no(corp, userid)?.is_none() {
                return Err(Error::because(Rule::VisibilityListInvalid, name));
            }
        }
    }
    Ok(())
}
