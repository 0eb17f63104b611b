//! The department tree.

use std::sync::Arc;

use carillon_model::{
    contact::{Department, DepartmentProfile},
    error::{Error, Result, Rule},
    id::{CorpId, DeptId, UserId},
};

use crate::{sql::Row, state::DepartmentNode, tx::Tx};

impl Tx<'_> {
    /// Adds a department below its parent.
    pub fn insert_department(&mut self, corp: &CorpId, department: &Department) -> Result<()> {
        let profile = &department.profile;
        self.execute(
            "INSERT INTO department (corp_id, dept_id, parent_id, name, sort_order, source_identifier, hide_dept,
                                     outer_dept, outer_dept_only_self, create_dept_group, auto_approve_apply, brief,
                                     extension, telephone)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
            &[
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
            ],
        )?;
        let id = department.id;
        self.insert_permits(corp, id, "dept_permits", profile.dept_permits.iter().map(DeptId::to_string))?;
        self.insert_permits(corp, id, "user_permits", profile.user_permits.iter().map(UserId::to_string))?;
        let depts = profile.outer_permit_depts.iter().map(DeptId::to_string);
        self.insert_permits(corp, id, "outer_permit_depts", depts)?;
        let users = profile.outer_permit_users.iter().map(UserId::to_string);
        self.insert_permits(corp, id, "outer_permit_users", users)?;
        self.keep_department(corp, department.clone())?;
        self.join_parent(corp, id, department.parent_id)
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

    /// Takes a member out of all lists of who may see a department, and of whom its members see.
    pub fn delete_permits_of(&mut self, corp: &CorpId, userid: &UserId) -> Result<()> {
        let departments = &self.state.corp(corp)?.departments;
        let naming: Vec<DeptId> = departments
            .values()
            .map(|node| &node.department)
            .filter(|department| {
                let profile = &department.profile;
                profile.user_permits.contains(userid) || profile.outer_permit_users.contains(userid)
            })
            .map(|department| department.id)
            .collect();
        for dept in naming {
            self.execute(
                "DELETE FROM department_permit WHERE corp_id = ?1 AND dept_id = ?2
                 AND list IN ('user_permits', 'outer_permit_users') AND value = ?3",
                &[corp.into(), dept.into(), userid.into()],
            )?;
            let profile = &mut self.department_mut(corp, dept)?.department.profile;
            profile.user_permits.retain(|permitted| permitted != userid);
            profile.outer_permit_users.retain(|permitted| permitted != userid);
        }
        Ok(())
    }

    fn keep_department(&mut self, corp: &CorpId, department: Department) -> Result<()> {
        let node = DepartmentNode { department, members: Arc::default(), children: Vec::new() };
        self.state.corp_mut(corp)?.departments.insert(node.department.id, Arc::new(node));
        Ok(())
    }

    /// Children stand in the order of `order`, then of their ids.
    fn join_parent(&mut self, corp: &CorpId, id: DeptId, parent_id: Option<DeptId>) -> Result<()> {
        let Some(parent_id) = parent_id else { return Ok(()) };
        let departments = &self.state.corp(corp)?.departments;
        let place = |id: &DeptId| (departments.get(id).map_or(0, |node| node.department.profile.order), *id);
        let Some(parent) = departments.get(&parent_id) else {
            return Err(Error::internal(format!("department {id} has no parent {parent_id}")));
        };
        let index = parent.children.partition_point(|sibling| place(sibling) < place(&id));
        self.department_mut(corp, parent_id)?.children.insert(index, id);
        Ok(())
    }

    pub(crate) fn department_mut(&mut self, corp: &CorpId, id: DeptId) -> Result<&mut DepartmentNode> {
        self.state
            .corp_mut(corp)?
            .departments
            .get_mut(&id)
            .map(Arc::make_mut)
            .ok_or(Error::Rule(Rule::UnknownDepartment))
    }

    pub(crate) fn load_departments(&mut self) -> Result<()> {
        let departments = self.all(
            "SELECT corp_id, dept_id, parent_id, name, sort_order, source_identifier, hide_dept, outer_dept,
                    outer_dept_only_self, create_dept_group, auto_approve_apply, brief, extension, telephone
             FROM department",
            &[],
            department_row,
        )?;
        let mut parents = Vec::with_capacity(departments.len());
        for (corp, department) in departments {
            parents.push((corp.clone(), department.id, department.parent_id));
            self.keep_department(&corp, department)?;
        }
        for (corp, id, parent_id) in parents {
            self.join_parent(&corp, id, parent_id)?;
        }
        let permits = self.all(
            "SELECT corp_id, dept_id, list, value FROM department_permit ORDER BY corp_id, dept_id, list, position",
            &[],
            |row| Ok((row.get(0)?, row.get(1)?, row.get::<String>(2)?, row.get::<String>(3)?)),
        )?;
        for (corp, dept, list, value) in permits {
            let profile = &mut self.department_mut(&corp, dept)?.department.profile;
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

fn department_row(row: &Row<'_>) -> Result<(CorpId, Department)> {
    let department = Department {
        id: row.get(1)?,
        parent_id: row.get(2)?,
        profile: DepartmentProfile {
            name: row.get(3)?,
            order: row.get(4)?,
            source_identifier: row.get(5)?,
            hide_dept: row.get(6)?,
            outer_dept: row.get(7)?,
            outer_dept_only_self: row.get(8)?,
            create_dept_group: row.get(9)?,
            auto_approve_apply: row.get(10)?,
            brief: row.get(11)?,
            extension: row.get(12)?,
            telephone: row.get(13)?,
            ..DepartmentProfile::default()
        },
    };
    Ok((row.get(0)?, department))
}
