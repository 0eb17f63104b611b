//! Departments.

use carillon_model::{
    audit::{Change, Subject},
    contact::{Department, DepartmentProfile, Membership},
    env::Env,
    error::{Error, Result, Rule},
    event::EventData,
    id::{CorpId, DeptId, MemberNo, UserId},
};
use carillon_store::{CorpState, DepartmentNode, Tx};

use super::userids;
use crate::event;

/// Maximum length of each visibility list when a department is created, and of the department and member lists together when it
/// is changed. Decided: the documentation says 50; the official clients check for 200 in each list, which is looser.
pub const MAX_PERMITS: usize = 50;

/// Maximum length of a name, in characters.
pub const MAX_NAME: usize = 64;

/// Adds a department below a parent.
pub fn create(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    parent_id: DeptId,
    profile: DepartmentProfile,
) -> Result<Department> {
    let state = tx.state().corp(corp)?;
    let parent = state.departments.get(&parent_id).ok_or(Error::Rule(Rule::UnknownParentDepartment))?;
    check_name(&profile.name)?;
    require_free_name(state, parent, &profile.name, None)?;
    require_known_departments(state, "dept_permits", &profile.dept_permits)?;
    require_known_departments(state, "outer_permit_depts", &profile.outer_permit_depts)?;
    require_known_members(tx, corp, "user_permits", &profile.user_permits)?;
    require_known_members(tx, corp, "outer_permit_users", &profile.outer_permit_users)?;
    let id = DeptId(tx.next_number(corp, "department")?);
    let department = Department { id, parent_id: Some(parent_id), profile };
    tx.insert_department(corp, &department)?;
    let change = Change::created(Subject::Department, id)
        .with("name", &department.profile.name)
        .with("parent_id", parent_id);
    tx.changed(corp, change);
    event::raise(tx, env, corp, EventData::DepartmentsAdded(vec![id]))?;
    Ok(department)
}

/// Renames the root department with the organisation, unless it has a different name.
pub(crate) fn rename_root(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, before: &str, name: &str) -> Result<()> {
    let root = tx.state().corp(corp)?.department(DeptId::ROOT)?.department.clone();
    if root.profile.name != before {
        return Ok(());
    }
    let mut after = root.clone();
    name.clone_into(&mut after.profile.name);
    tx.update_department(corp, &after)?;
    tx.changed(corp, difference(&root, &after));
    event::raise(tx, env, corp, EventData::DepartmentsChanged(vec![DeptId::ROOT]))
}

/// Changes a department with `edit`, and replaces its leaders if any are given. Its members and all departments below move with
/// it.
pub fn update(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    id: DeptId,
    edit: impl FnOnce(&mut Department),
    leaders: Option<&[UserId]>,
) -> Result<()> {
    let before = tx.state().corp(corp)?.department(id)?.department.clone();
    if id == DeptId::ROOT {
        return Err(Rule::RootDepartmentUpdate.into());
    }
    let mut after = before.clone();
    edit(&mut after);
    check_position(tx.state().corp(corp)?, &after)?;
    if after.profile.name != before.profile.name {
        check_name(&after.profile.name)?;
    }
    check_visibility_lists(tx, corp, &before.profile, &after.profile)?;
    if let Some(owner) = &after.profile.org_dept_owner
        && direct_member(tx, corp, id, owner)?.is_none()
    {
        return Err(Error::because(Rule::GroupOwnerInvalid, owner.to_string()));
    }
    let mut leading = Vec::new();
    for userid in leaders.unwrap_or_default() {
        let leader = direct_member(tx, corp, id, userid)?;
        leading.push(leader.ok_or_else(|| Error::because(Rule::LeadersInvalid, userid.to_string()))?);
    }
    tx.update_department(corp, &after)?;
    let mut change = difference(&before, &after);
    if leaders.is_some() {
        let led = userids(&tx.leaders_of(corp, id)?);
        tx.set_leaders(corp, id, &leading)?;
        change = change.between("leaders", led, userids(&tx.leaders_of(corp, id)?));
    }
    tx.changed(corp, change);
    event::raise(tx, env, corp, EventData::DepartmentsChanged(vec![id]))
}

/// Distance of the orders of siblings that are numbered anew, so that others fit in between.
const ORDER_STEP: i64 = 1_000;

/// Moves a department, with its members and all departments below it, to a place below a parent: before one of its children, or
/// behind all of them.
///
/// # Errors
/// [`Rule::UnknownDepartment`], [`Rule::UnknownParentDepartment`], [`Rule::RootDepartmentUpdate`], [`Rule::DepartmentLoop`],
/// [`Rule::DepartmentNameTaken`]; an invalid `before` that is no other child of the parent.
pub fn place(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    id: DeptId,
    (parent_id, before): (DeptId, Option<DeptId>),
) -> Result<()> {
    let state = tx.state().corp(corp)?;
    state.department(id)?;
    let parent = state.departments.get(&parent_id).ok_or(Error::Rule(Rule::UnknownParentDepartment))?;
    let mut siblings: Vec<(DeptId, i64)> = parent
        .children
        .iter()
        .filter(|child| **child != id)
        .filter_map(|child| Some((*child, state.departments.get(child)?.department.profile.order)))
        .collect();
    let position = match before {
        None => siblings.len(),
        Some(before) => siblings
            .iter()
            .position(|(sibling, _)| *sibling == before)
            .ok_or_else(|| Error::invalid("before", "is no other department below the parent"))?,
    };
    let lower = position.checked_sub(1).and_then(|index| siblings.get(index)).map(|(_, order)| *order);
    let upper = siblings.get(position).map(|(_, order)| *order);
    let order = match (lower, upper) {
        (None, None) => Some(0),
        (Some(lower), None) => lower.checked_add(ORDER_STEP),
        (None, Some(upper)) => (upper > 0).then_some(upper / 2),
        (Some(lower), Some(upper)) => (upper - lower > 1).then(|| lower + (upper - lower) / 2),
    };
    let set = |tx: &mut Tx<'_>, id: DeptId, parent_id: DeptId, order: i64| {
        let edit = |department: &mut Department| {
            department.parent_id = Some(parent_id);
            department.profile.order = order;
        };
        update(tx, env, corp, id, edit, None)
    };
    if let Some(order) = order {
        return set(tx, id, parent_id, order);
    }
    // No number is left between the neighbours, so all siblings are numbered anew.
    siblings.insert(position, (id, -1));
    for ((sibling, before), order) in siblings.into_iter().zip((1..).map(|index| index * ORDER_STEP)) {
        if before != order {
            set(tx, sibling, parent_id, order)?;
        }
    }
    Ok(())
}

/// Returns the department with an id, or at the path of names below the root, such as `研发部/平台组`.
pub fn by_id_or_path(state: &CorpState, text: &str) -> Option<DeptId> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().map(DeptId).ok().filter(|id| state.departments.contains_key(id));
    }
    let child = |parent: DeptId, name: &str| {
        let named = |id: &&DeptId| {
            state.departments.get(*id).is_some_and(|node| node.department.profile.name == name)
        };
        state.departments.get(&parent)?.children.iter().find(named).copied()
    };
    let names = text.split('/').map(str::trim).filter(|name| !name.is_empty());
    if text.is_empty() { None } else { names.into_iter().try_fold(DeptId::ROOT, child) }
}

/// The most members that are moved at once.
pub const MAX_MOVED: usize = 500;

/// Moves direct members of a department to another one. Their other departments stay, and what they were in the first one ends.
/// Returns how many were moved: members who are not in the first department are left out.
///
/// # Errors
/// [`Rule::UnknownDepartment`]; [`Rule::UnknownUser`]; invalid `userIds` with more than [`MAX_MOVED`].
pub fn move_members(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    (from, to): (DeptId, DeptId),
    users: &[UserId],
) -> Result<usize> {
    if users.len() > MAX_MOVED {
        return Err(Error::invalid("userIds", format!("must have at most {MAX_MOVED} members")));
    }
    for department in [from, to] {
        tx.state().corp(corp)?.department(department)?;
    }
    let mut moved = 0;
    for userid in users {
        let member = super::user::number(tx, corp, userid)?;
        let is_direct = tx.state().corp(corp)?.department(from)?.members.contains(member);
        if !is_direct || from == to {
            continue;
        }
        super::user::update(tx, env, corp, userid, |member| {
            member.departments.retain(|membership| membership.dept_id != from);
            if member.departments.iter().all(|membership| membership.dept_id != to) {
                member.departments.push(Membership::ordinary(to));
            }
            member.departments.sort_by_key(|membership| membership.dept_id);
            Ok(())
        })?;
        moved += 1;
    }
    Ok(moved)
}

/// Deletes a department that has no members and no children.
pub fn delete(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, id: DeptId) -> Result<()> {
    let node = tx.state().corp(corp)?.department(id)?;
    if id == DeptId::ROOT {
        return Err(Rule::RootDepartmentDelete.into());
    }
    if !node.children.is_empty() {
        return Err(Rule::DepartmentHasChildren.into());
    }
    if !node.members.is_empty() {
        return Err(Rule::DepartmentHasMembers.into());
    }
    let department = &node.department;
    let change = Change::removed(Subject::Department, id)
        .with("name", &department.profile.name)
        .with("parent_id", department.parent_id.unwrap_or(DeptId::ROOT));
    tx.changed(corp, change);
    tx.delete_department(corp, id)?;
    event::raise(tx, env, corp, EventData::DepartmentsRemoved(vec![id]))
}

/// The difference of two states as an audit entry.
fn difference(before: &Department, after: &Department) -> Change {
    let (was, is) = (&before.profile, &after.profile);
    let parent = |department: &Department| department.parent_id.unwrap_or(DeptId::ROOT);
    let owner =
        |profile: &DepartmentProfile| profile.org_dept_owner.as_ref().map_or("", UserId::as_str).to_owned();
    Change::updated(Subject::Department, after.id)
        .between("name", &was.name, &is.name)
        .between("parent_id", parent(before), parent(after))
        .between("order", was.order, is.order)
        .between("hide_dept", was.hide_dept, is.hide_dept)
        .between("outer_dept", was.outer_dept, is.outer_dept)
        .between("code", &was.code, &is.code)
        .between("org_dept_owner", owner(was), owner(is))
        .hidden("profile", was, is)
}

/// Returns the number of a member who belongs to the department itself.
fn direct_member(tx: &mut Tx<'_>, corp: &CorpId, dept: DeptId, userid: &UserId) -> Result<Option<MemberNo>> {
    let Some(member) = tx.member_no(corp, userid)? else { return Ok(None) };
    let belongs = tx.state().corp(corp)?.department(dept)?.members.contains(member);
    Ok(belongs.then_some(member))
}

/// Checks that the parent exists and is not below the department, and that no sibling has the same name.
fn check_position(state: &CorpState, department: &Department) -> Result<()> {
    let parent = department.parent_id.and_then(|id| state.departments.get(&id));
    let parent = parent.ok_or(Error::Rule(Rule::UnknownParentDepartment))?;
    if state.lineage(parent.department.id).contains(&department.id) {
        return Err(Rule::DepartmentLoop.into());
    }
    require_free_name(state, parent, &department.profile.name, Some(department.id))
}

fn require_free_name(
    state: &CorpState,
    parent: &DepartmentNode,
    name: &str,
    except: Option<DeptId>,
) -> Result<()> {
    let siblings = parent.children.iter().filter(|id| Some(**id) != except);
    let taken = siblings
        .filter_map(|id| state.departments.get(id))
        .any(|sibling| sibling.department.profile.name == name);
    if taken { Err(Rule::DepartmentNameTaken.into()) } else { Ok(()) }
}

/// Creates the root department. It has the name of the organisation.
pub(crate) fn create_root(tx: &mut Tx<'_>, corp: &CorpId, name: &str) -> Result<()> {
    let id = DeptId(tx.next_number(corp, "department")?);
    let profile = DepartmentProfile { name: name.to_owned(), ..DepartmentProfile::default() };
    tx.insert_department(corp, &Department { id, parent_id: None, profile })
}

pub(super) fn check_name(name: &str) -> Result<()> {
    if name.contains(['-', ',', '，']) { Err(Rule::DepartmentNameInvalid.into()) } else { Ok(()) }
}

/// Checks the visibility lists that changed. Unchanged lists were checked when they were set.
fn check_visibility_lists(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    before: &DepartmentProfile,
    after: &DepartmentProfile,
) -> Result<()> {
    let lists = |profile: &DepartmentProfile| {
        [
            ("dept_permits", profile.dept_permits.clone(), "user_permits", profile.user_permits.clone()),
            (
                "outer_permit_depts",
                profile.outer_permit_depts.clone(),
                "outer_permit_users",
                profile.outer_permit_users.clone(),
            ),
        ]
    };
    for (was, now) in lists(before).into_iter().zip(lists(after)) {
        if was == now {
            continue;
        }
        let (departments_field, departments, members_field, members) = now;
        if departments.len() + members.len() > MAX_PERMITS {
            let reason = format!(
                "{departments_field} and {members_field} together have more than {MAX_PERMITS} items"
            );
            return Err(Error::because(Rule::VisibilityListsTooLong, reason));
        }
        require_known_departments(tx.state().corp(corp)?, departments_field, &departments)?;
        require_known_members(tx, corp, members_field, &members)?;
    }
    Ok(())
}

fn require_known_departments(state: &CorpState, field: &'static str, list: &[DeptId]) -> Result<()> {
    let known = list.len() <= MAX_PERMITS && list.iter().all(|id| state.departments.contains_key(id));
    if known { Ok(()) } else { Err(Error::because(Rule::VisibilityListInvalid, field)) }
}

fn require_known_members(tx: &mut Tx<'_>, corp: &CorpId, field: &'static str, list: &[UserId]) -> Result<()> {
    if list.len() > MAX_PERMITS {
        return Err(Error::because(Rule::VisibilityListInvalid, field));
    }
    for userid in list {
        if tx.member_no(corp, userid)?.is_none() {
            return Err(Error::because(Rule::VisibilityListInvalid, field));
        }
    }
    Ok(())
}
