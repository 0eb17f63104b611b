//! The department tree.

use std::{
    collections::BTreeSet,
    sync::{Arc, LazyLock},
};

use carillon_model::{
    contact::{Department, DepartmentProfile},
    error::{Error, Result, Rule},
    id::{CorpId, DeptId, MemberNo, UserId},
    spelling::spelling,
};

use crate::{
    custom_order::CustomOrder,
    sql::{Row, Value, insert_sql, update_sql},
    state::{CorpState, DepartmentNode},
    state_change::StateChange,
    tx::Tx,
};

/// The columns of a department; the first two find it. [`values`] writes them, and [`department_row`] reads all but the first.
const COLUMNS: [&str; 20] = [
    "corp_id",
    "dept_id",
    "parent_id",
    "name",
    "sort_order",
    "source_identifier",
    "hide_dept",
    "outer_dept",
    "outer_dept_only_self",
    "create_dept_group",
    "auto_approve_apply",
    "brief",
    "extension",
    "telephone",
    "code",
    "auto_add_user",
    "group_contain_sub_dept",
    "group_contain_outer_dept",
    "group_contain_hidden_dept",
    "org_dept_owner",
];

static INSERT: LazyLock<String> = LazyLock::new(|| insert_sql("department", &COLUMNS));
static UPDATE: LazyLock<String> = LazyLock::new(|| update_sql("department", &COLUMNS, 2));
static SELECT: LazyLock<String> =
    LazyLock::new(|| format!("SELECT {} FROM department WHERE corp_id = ?1", COLUMNS[1..].join(", ")));

impl Tx<'_> {
    /// Adds a department below its parent.
    pub fn insert_department(&mut self, corp: &CorpId, department: &Department) -> Result<()> {
        self.execute(&INSERT, &values(corp, department))?;
        self.insert_all_permits(corp, department)?;
        self.apply(corp, StateChange::DepartmentAdded(Arc::new(department.clone())))
    }

    /// Replaces the properties of a department, including its parent. Its members and children stay.
    pub fn update_department(&mut self, corp: &CorpId, department: &Department) -> Result<()> {
        self.execute(&UPDATE, &values(corp, department))?;
        self.delete_all_permits(corp, department.id)?;
        self.insert_all_permits(corp, department)?;
        self.apply(corp, StateChange::DepartmentUpdated(Arc::new(department.clone())))
    }

    /// Removes a department without members and children, also from lists and scopes of others.
    pub fn delete_department(&mut self, corp: &CorpId, id: DeptId) -> Result<()> {
        self.delete_permits_naming(corp, id)?;
        self.delete_scopes_naming(corp, id)?;
        self.delete_all_permits(corp, id)?;
        self.execute(
            "DELETE FROM department WHERE corp_id = ?1 AND dept_id = ?2",
            &[corp.into(), id.into()],
        )?;
        self.apply(corp, StateChange::DepartmentRemoved(id))
    }

    /// Replaces the leaders of a department, who must be direct members.
    pub fn set_leaders(&mut self, corp: &CorpId, dept: DeptId, leaders: &[MemberNo]) -> Result<()> {
        let leaders: BTreeSet<MemberNo> = leaders.iter().copied().collect();
        let before = self.state().corp(corp)?.department(dept)?.leaders.clone();
        for member in before.symmetric_difference(&leaders) {
            self.execute(
                "UPDATE department_member SET leader = ?4 WHERE corp_id = ?1 AND dept_id = ?2 AND member_no = ?3",
                &[corp.into(), dept.into(), (*member).into(), leaders.contains(member).into()],
            )?;
        }
        self.apply(corp, StateChange::LeadersSet { dept, leaders })
    }

    /// Removes the owner of the group chat of a department.
    pub fn clear_group_owner(&mut self, corp: &CorpId, dept: DeptId) -> Result<()> {
        self.execute(
            "UPDATE department SET org_dept_owner = '' WHERE corp_id = ?1 AND dept_id = ?2",
            &[corp.into(), dept.into()],
        )?;
        self.apply(corp, StateChange::GroupOwnerCleared(dept))
    }

    fn insert_all_permits(&mut self, corp: &CorpId, department: &Department) -> Result<()> {
        let (id, profile) = (department.id, &department.profile);
        self.insert_permits(corp, id, "dept_permits", profile.dept_permits.iter().map(DeptId::to_string))?;
        self.insert_permits(corp, id, "user_permits", profile.user_permits.iter().map(UserId::to_string))?;
        let depts = profile.outer_permit_depts.iter().map(DeptId::to_string);
        self.insert_permits(corp, id, "outer_permit_depts", depts)?;
        let users = profile.outer_permit_users.iter().map(UserId::to_string);
        self.insert_permits(corp, id, "outer_permit_users", users)
    }

    fn delete_all_permits(&mut self, corp: &CorpId, dept: DeptId) -> Result<()> {
        self.execute(
            "DELETE FROM department_permit WHERE corp_id = ?1 AND dept_id = ?2",
            &[corp.into(), dept.into()],
        )?;
        Ok(())
    }

    fn insert_permits(
        &mut self,
        corp: &CorpId,
        dept: DeptId,
        list: &'static str,
        values: impl Iterator<Item = String>,
    ) -> Result<()> {
        for (position, value) in (0_i64..).zip(values) {
            self.execute(
                "INSERT INTO department_permit (corp_id, dept_id, list, position, value) VALUES (?1, ?2, ?3, ?4, ?5)",
                &[corp.into(), dept.into(), list.into(), position.into(), (&value).into()],
            )?;
        }
        Ok(())
    }

    /// Removes a member from the visibility lists of all departments, and as the owner of their group chats.
    pub fn delete_permits_of(&mut self, corp: &CorpId, userid: &UserId) -> Result<()> {
        let departments = &self.state().corp(corp)?.departments;
        let naming: Vec<(DeptId, bool)> = departments
            .values()
            .map(|node| &node.department)
            .filter_map(|department| {
                let profile = &department.profile;
                let owns_group = profile.org_dept_owner.as_ref() == Some(userid);
                let named = owns_group
                    || profile.user_permits.contains(userid)
                    || profile.outer_permit_users.contains(userid);
                named.then_some((department.id, owns_group))
            })
            .collect();
        for (dept, owns_group) in naming {
            self.execute(
                "DELETE FROM department_permit WHERE corp_id = ?1 AND dept_id = ?2
                 AND list IN ('user_permits', 'outer_permit_users') AND value = ?3",
                &[corp.into(), dept.into(), userid.into()],
            )?;
            self.apply(corp, StateChange::UserPermitsRemoved { dept, userid: userid.clone() })?;
            if owns_group {
                self.clear_group_owner(corp, dept)?;
            }
        }
        Ok(())
    }

    /// Removes a department from the visibility lists of all departments.
    fn delete_permits_naming(&mut self, corp: &CorpId, gone: DeptId) -> Result<()> {
        let departments = &self.state().corp(corp)?.departments;
        let naming: Vec<DeptId> = departments
            .values()
            .map(|node| &node.department)
            .filter(|department| {
                let profile = &department.profile;
                profile.dept_permits.contains(&gone) || profile.outer_permit_depts.contains(&gone)
            })
            .map(|department| department.id)
            .collect();
        for dept in naming {
            self.execute(
                "DELETE FROM department_permit WHERE corp_id = ?1 AND dept_id = ?2
                 AND list IN ('dept_permits', 'outer_permit_depts') AND value = ?3",
                &[corp.into(), dept.into(), (&gone.to_string()).into()],
            )?;
            self.apply(corp, StateChange::DepartmentPermitsRemoved { dept, gone })?;
        }
        Ok(())
    }

    pub(crate) fn load_departments(&mut self, state: &mut CorpState) -> Result<()> {
        let corp = state.corp.id.clone();
        let departments = self.all(&SELECT, &[(&corp).into()], department_row)?;
        let mut parents = Vec::with_capacity(departments.len());
        for department in departments {
            parents.push((department.id, department.parent_id));
            state.put_department(department);
        }
        for (id, parent_id) in parents {
            state.join_parent(id, parent_id)?;
        }
        let permits = self.all(
            "SELECT dept_id, list, value FROM department_permit WHERE corp_id = ?1 ORDER BY dept_id, list, position",
            &[(&corp).into()],
            |row| Ok((row.get(0)?, row.get::<String>(1)?, row.get::<String>(2)?)),
        )?;
        for (dept, list, value) in permits {
            let profile = &mut state.department_mut(dept)?.department.profile;
            let number = || value.parse().map(DeptId).map_err(Error::internal);
            match list.as_str() {
                "dept_permits" => profile.dept_permits.push(number()?),
                "outer_permit_depts" => profile.outer_permit_depts.push(number()?),
                "user_permits" => profile.user_permits.push(UserId::from(value)),
                "outer_permit_users" => profile.outer_permit_users.push(UserId::from(value)),
                _ => return Err(Error::internal(format!("department {dept} has an unknown list {list}"))),
            }
        }
        Ok(())
    }
}

impl CorpState {
    /// Adds a department without connecting it to its parent.
    pub(crate) fn put_department(&mut self, department: Department) {
        let node = DepartmentNode {
            spelling: spelling(&department.profile.name),
            department,
            members: Arc::default(),
            custom_order: CustomOrder::default(),
            leaders: BTreeSet::new(),
            children: Vec::new(),
        };
        self.departments.insert(node.department.id, Arc::new(node));
    }

    pub(crate) fn update_department(&mut self, department: &Department) -> Result<()> {
        self.leave_parent(department.id)?;
        let node = self.department_mut(department.id)?;
        node.spelling = spelling(&department.profile.name);
        node.department = department.clone();
        self.join_parent(department.id, department.parent_id)
    }

    /// Adds a department to the children of its parent, which are sorted by `order` and id.
    pub(crate) fn join_parent(&mut self, id: DeptId, parent_id: Option<DeptId>) -> Result<()> {
        let Some(parent_id) = parent_id else { return Ok(()) };
        let departments = &self.departments;
        let sort_key =
            |id: &DeptId| (departments.get(id).map_or(0, |node| node.department.profile.order), *id);
        let Some(parent) = departments.get(&parent_id) else {
            return Err(Error::internal(format!("department {id} has no parent {parent_id}")));
        };
        let index = parent.children.partition_point(|sibling| sort_key(sibling) < sort_key(&id));
        self.department_mut(parent_id)?.children.insert(index, id);
        Ok(())
    }

    pub(crate) fn leave_parent(&mut self, id: DeptId) -> Result<()> {
        if let Some(parent_id) = self.department(id)?.department.parent_id {
            self.department_mut(parent_id)?.children.retain(|child| *child != id);
        }
        Ok(())
    }

    pub(crate) fn department_mut(&mut self, id: DeptId) -> Result<&mut DepartmentNode> {
        self.departments.get_mut(&id).map(Arc::make_mut).ok_or(Error::Rule(Rule::UnknownDepartment))
    }
}

/// The values of [`COLUMNS`].
fn values<'a>(corp: &'a CorpId, department: &'a Department) -> [Value<'a>; COLUMNS.len()] {
    let profile = &department.profile;
    [
        corp.into(),
        department.id.into(),
        department.parent_id.into(),
        (&profile.name).into(),
        profile.order.into(),
        (&profile.source_identifier).into(),
        profile.hide_dept.into(),
        profile.outer_dept.into(),
        profile.outer_dept_only_self.into(),
        profile.create_dept_group.into(),
        profile.auto_approve_apply.into(),
        (&profile.brief).into(),
        (&profile.extension).into(),
        (&profile.telephone).into(),
        (&profile.code).into(),
        profile.auto_add_user.into(),
        profile.group_contain_sub_dept.into(),
        profile.group_contain_outer_dept.into(),
        profile.group_contain_hidden_dept.into(),
        profile.org_dept_owner.as_ref().map_or("", UserId::as_str).into(),
    ]
}

fn department_row(row: &Row<'_>) -> Result<Department> {
    Ok(Department {
        id: row.get(0)?,
        parent_id: row.get(1)?,
        profile: DepartmentProfile {
            name: row.get(2)?,
            order: row.get(3)?,
            source_identifier: row.get(4)?,
            hide_dept: row.get(5)?,
            outer_dept: row.get(6)?,
            outer_dept_only_self: row.get(7)?,
            create_dept_group: row.get(8)?,
            auto_approve_apply: row.get(9)?,
            brief: row.get(10)?,
            extension: row.get(11)?,
            telephone: row.get(12)?,
            code: row.get(13)?,
            auto_add_user: row.get(14)?,
            group_contain_sub_dept: row.get(15)?,
            group_contain_outer_dept: row.get(16)?,
            group_contain_hidden_dept: row.get(17)?,
            org_dept_owner: Some(row.get::<UserId>(18)?).filter(|owner| !owner.as_str().is_empty()),
            ..DepartmentProfile::default()
        },
    })
}
