//! Roles, their groups and their members.

use std::sync::Arc;

use carillon_model::{
    audience::Audience,
    contact::{ManageScope, Role, RoleGroup},
    error::Result,
    id::{CorpId, DeptId, MemberNo, RoleGroupId, RoleId},
};

use crate::{member::gather, state::CorpState, state_change::StateChange, tx::Tx};

impl Tx<'_> {
    /// Adds a group of roles.
    pub fn insert_role_group(&mut self, corp: &CorpId, group: &RoleGroup) -> Result<()> {
        self.execute(
            "INSERT INTO role_group (corp_id, group_id, name) VALUES (?1, ?2, ?3)",
            &[corp.into(), group.id.into(), (&group.name).into()],
        )?;
        Ok(())
    }

    /// A group of roles.
    pub fn role_group(&mut self, corp: &CorpId, id: RoleGroupId) -> Result<Option<RoleGroup>> {
        self.one(
            "SELECT group_id, name FROM role_group WHERE corp_id = ?1 AND group_id = ?2",
            &[corp.into(), id.into()],
            |row| Ok(RoleGroup { id: row.get(0)?, name: row.get(1)? }),
        )
    }

    /// The group with a name.
    pub fn role_group_named(&mut self, corp: &CorpId, name: &str) -> Result<Option<RoleGroupId>> {
        self.one(
            "SELECT group_id FROM role_group WHERE corp_id = ?1 AND name = ?2",
            &[corp.into(), name.into()],
            |row| row.get(0),
        )
    }

    /// All groups of roles, by id.
    pub fn role_groups(&mut self, corp: &CorpId) -> Result<Vec<RoleGroup>> {
        self.all(
            "SELECT group_id, name FROM role_group WHERE corp_id = ?1 ORDER BY group_id",
            &[corp.into()],
            |row| Ok(RoleGroup { id: row.get(0)?, name: row.get(1)? }),
        )
    }

    /// Adds a role.
    pub fn insert_role(&mut self, corp: &CorpId, role: &Role) -> Result<()> {
        self.execute(
            "INSERT INTO role (corp_id, role_id, group_id, name) VALUES (?1, ?2, ?3, ?4)",
            &[corp.into(), role.id.into(), role.group_id.into(), (&role.name).into()],
        )?;
        self.apply(corp, StateChange::RoleAdded(role.id))
    }

    /// A role.
    pub fn role(&mut self, corp: &CorpId, id: RoleId) -> Result<Option<Role>> {
        self.one(
            "SELECT role_id, group_id, name FROM role WHERE corp_id = ?1 AND role_id = ?2",
            &[corp.into(), id.into()],
            |row| Ok(Role { id: row.get(0)?, group_id: row.get(1)?, name: row.get(2)? }),
        )
    }

    /// All roles, by group and id.
    pub fn roles(&mut self, corp: &CorpId) -> Result<Vec<Role>> {
        self.all(
            "SELECT role_id, group_id, name FROM role WHERE corp_id = ?1 ORDER BY group_id, role_id",
            &[corp.into()],
            |row| Ok(Role { id: row.get(0)?, group_id: row.get(1)?, name: row.get(2)? }),
        )
    }

    /// Roles of a member, by id.
    pub fn roles_of(&mut self, corp: &CorpId, member: MemberNo) -> Result<Vec<RoleId>> {
        self.all(
            "SELECT role_id FROM role_member WHERE corp_id = ?1 AND member_no = ?2 ORDER BY role_id",
            &[corp.into(), member.into()],
            |row| row.get(0),
        )
    }

    /// Gives a role to a member. Nothing happens if the member has it.
    pub fn grant_role(&mut self, corp: &CorpId, role: RoleId, member: MemberNo) -> Result<()> {
        self.execute(
            "INSERT INTO role_member (corp_id, role_id, member_no) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            &[corp.into(), role.into(), member.into()],
        )?;
        self.apply(corp, StateChange::RoleGranted { role, member })
    }

    /// Renames a role.
    pub fn rename_role(&mut self, corp: &CorpId, role: RoleId, name: &str) -> Result<()> {
        self.execute(
            "UPDATE role SET name = ?3 WHERE corp_id = ?1 AND role_id = ?2",
            &[corp.into(), role.into(), name.into()],
        )?;
        Ok(())
    }

    /// Removes a role without members.
    pub fn delete_role(&mut self, corp: &CorpId, role: RoleId) -> Result<()> {
        self.execute("DELETE FROM role WHERE corp_id = ?1 AND role_id = ?2", &[corp.into(), role.into()])?;
        self.apply(corp, StateChange::RoleRemoved(role))
    }

    /// The scope that a member manages by a role.
    pub fn manage_scope(&mut self, corp: &CorpId, role: RoleId, member: MemberNo) -> Result<ManageScope> {
        let scoped = self.one(
            "SELECT scoped FROM role_member WHERE corp_id = ?1 AND role_id = ?2 AND member_no = ?3",
            &[corp.into(), role.into(), member.into()],
            |row| row.get::<bool>(0),
        )?;
        if scoped != Some(true) {
            return Ok(ManageScope::Everyone);
        }
        let departments = self.all(
            "SELECT dept_id FROM role_scope WHERE corp_id = ?1 AND role_id = ?2 AND member_no = ?3 ORDER BY dept_id",
            &[corp.into(), role.into(), member.into()],
            |row| row.get(0),
        )?;
        Ok(ManageScope::Departments(departments))
    }

    /// Replaces the scope that a member manages by a role.
    pub fn set_manage_scope(
        &mut self,
        corp: &CorpId,
        role: RoleId,
        member: MemberNo,
        scope: &ManageScope,
    ) -> Result<()> {
        self.delete_scope(corp, role, member)?;
        let (scoped, departments) = match scope {
            ManageScope::Everyone => (false, &[][..]),
            ManageScope::Departments(departments) => (true, departments.as_slice()),
        };
        self.execute(
            "UPDATE role_member SET scoped = ?4 WHERE corp_id = ?1 AND role_id = ?2 AND member_no = ?3",
            &[corp.into(), role.into(), member.into(), scoped.into()],
        )?;
        for dept in departments {
            self.execute(
                "INSERT INTO role_scope (corp_id, role_id, member_no, dept_id) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO NOTHING",
                &[corp.into(), role.into(), member.into(), (*dept).into()],
            )?;
        }
        Ok(())
    }

    fn delete_scope(&mut self, corp: &CorpId, role: RoleId, member: MemberNo) -> Result<()> {
        self.execute(
            "DELETE FROM role_scope WHERE corp_id = ?1 AND role_id = ?2 AND member_no = ?3",
            &[corp.into(), role.into(), member.into()],
        )?;
        Ok(())
    }

    /// Removes a department from all scopes. A scope without departments stays empty and never becomes [`ManageScope::Everyone`].
    pub(crate) fn delete_scopes_naming(&mut self, corp: &CorpId, dept: DeptId) -> Result<()> {
        self.execute(
            "DELETE FROM role_scope WHERE corp_id = ?1 AND dept_id = ?2",
            &[corp.into(), dept.into()],
        )?;
        Ok(())
    }

    /// Takes a role from a member.
    pub fn revoke_role(&mut self, corp: &CorpId, role: RoleId, member: MemberNo) -> Result<()> {
        self.delete_scope(corp, role, member)?;
        self.execute(
            "DELETE FROM role_member WHERE corp_id = ?1 AND role_id = ?2 AND member_no = ?3",
            &[corp.into(), role.into(), member.into()],
        )?;
        self.apply(corp, StateChange::RoleRevoked { role, member })
    }

    /// Takes all roles from a member.
    pub(crate) fn revoke_all_roles(&mut self, corp: &CorpId, member: MemberNo) -> Result<()> {
        for role in self.roles_of(corp, member)? {
            self.revoke_role(corp, role, member)?;
        }
        Ok(())
    }

    pub(crate) fn load_roles(&mut self, state: &mut CorpState) -> Result<()> {
        let corp = state.corp.id.clone();
        let roles =
            self.all("SELECT role_id FROM role WHERE corp_id = ?1", &[(&corp).into()], |row| row.get(0))?;
        for role in roles {
            state.role_members.insert(role, Arc::default());
        }
        let mut members: Vec<(RoleId, Audience)> = Vec::new();
        self.each(
            "SELECT role_id, member_no FROM role_member WHERE corp_id = ?1 ORDER BY role_id, member_no",
            &[(&corp).into()],
            |row| {
                gather(&mut members, row.get(0)?, row.get(1)?);
                Ok(true)
            },
        )?;
        for (role, members) in members {
            state.role_members.insert(role, Arc::new(members.compact()));
        }
        Ok(())
    }
}
