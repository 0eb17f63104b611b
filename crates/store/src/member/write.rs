//! Adding, changing and removing members.

use carillon_model::{
    contact::{Member, Membership},
    error::Result,
    id::{CorpId, DeptId, MemberNo, UserId},
    spelling::spelling,
};

use super::row;
use crate::{
    state_change::{AddedMember, JoinedDepartment, LeftDepartment, StateChange},
    tx::Tx,
};

impl Tx<'_> {
    /// Adds members with their memberships. The first failure fails all of them.
    pub fn insert_members(&mut self, corp: &CorpId, members: &[(Member, String)]) -> Result<()> {
        for (member, password_hash) in members {
            let spelling = spelling(&member.profile.name);
            let values = row::inserted_values(corp, member, &spelling, password_hash);
            self.execute(&row::INSERT, &values)?;
            self.insert_memberships(corp, member)?;
        }
        let added = members.iter().map(|(member, _)| AddedMember {
            member: member.no,
            active: member.active,
            joined: joined_departments(member),
        });
        self.apply(corp, StateChange::MembersAdded(added.collect()))
    }

    /// Replaces the profile, the memberships, the administration level and the time of the last change of a member.
    pub fn update_member(&mut self, corp: &CorpId, member: &Member) -> Result<()> {
        let spelling = spelling(&member.profile.name);
        self.execute(&row::UPDATE, &row::updated_values(corp, member, &spelling))?;
        let left = self.delete_memberships(corp, member.no)?;
        self.insert_memberships(corp, member)?;
        let joined = joined_departments(member);
        self.apply(corp, StateChange::MembershipsSet { member: member.no, left, joined })
    }

    /// Removes a member, with the member's departments, roles, sessions, drafts and rights in the console. The number is never used again.
    pub fn delete_member(&mut self, corp: &CorpId, member: MemberNo) -> Result<()> {
        let left = self.delete_memberships(corp, member)?;
        self.apply(corp, StateChange::MembershipsSet { member, left, joined: Vec::new() })?;
        self.revoke_all_roles(corp, member)?;
        self.delete_from_account_lists(corp, member)?;
        self.delete_sessions_of(corp, member)?;
        self.delete_drafts_of(corp, member)?;
        self.delete_operator_roles_of(corp, member)?;
        self.delete_password_links_of(corp, member)?;
        self.delete_sign_on_link(corp, member)?;
        self.insert_former_member(corp, member)?;
        self.execute(
            "DELETE FROM member WHERE corp_id = ?1 AND member_no = ?2",
            &[corp.into(), member.into()],
        )?;
        self.apply(corp, StateChange::MemberRemoved(member))
    }

    fn insert_memberships(&mut self, corp: &CorpId, member: &Member) -> Result<()> {
        for membership in &member.departments {
            self.execute(
                "INSERT INTO department_member (corp_id, dept_id, member_no, sort_order, title, leader, work_place, main,
                                                extension_i18n, modified_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                &[
                    corp.into(),
                    membership.dept_id.into(),
                    member.no.into(),
                    membership.order.into(),
                    (&membership.title).into(),
                    membership.leader.into(),
                    (&membership.work_place).into(),
                    membership.main.into(),
                    (&membership.extension_i18n).into(),
                    member.modified_at.into(),
                ],
            )?;
        }
        Ok(())
    }

    /// Returns the departments that the member belonged to.
    fn delete_memberships(&mut self, corp: &CorpId, member: MemberNo) -> Result<Vec<LeftDepartment>> {
        let departments = self.all(
            "SELECT dept_id FROM department_member WHERE corp_id = ?1 AND member_no = ?2",
            &[corp.into(), member.into()],
            |row| row.get::<DeptId>(0),
        )?;
        let mut left = Vec::with_capacity(departments.len());
        for dept in departments {
            // One by one: a single statement would read the memberships of the whole organisation.
            let key = [corp.into(), dept.into(), member.into()];
            left.extend(self.one(
                "SELECT sort_order FROM department_member WHERE corp_id = ?1 AND dept_id = ?2 AND member_no = ?3",
                &key,
                |row| Ok(LeftDepartment { dept, order: row.get(0)? }),
            )?);
            self.execute(
                "DELETE FROM department_member WHERE corp_id = ?1 AND dept_id = ?2 AND member_no = ?3",
                &key,
            )?;
        }
        Ok(left)
    }

    /// Removes a member as the manager of others.
    pub fn clear_manager(&mut self, corp: &CorpId, manager: &UserId) -> Result<()> {
        let edited = self.all(
            "UPDATE member SET manager_userid = ''
             WHERE corp_id = ?1
               AND member_no IN (SELECT member_no FROM member
                                 WHERE corp_id = ?1 AND manager_userid = ?2 AND manager_userid <> '')
             RETURNING member_no",
            &[corp.into(), manager.into()],
            |row| row.get(0),
        )?;
        self.apply(corp, StateChange::MembersEdited(edited))
    }

    /// Marks a member as activated. Returns true if that is the first sign-in.
    pub fn set_active(&mut self, corp: &CorpId, no: MemberNo) -> Result<bool> {
        let changed = self.execute(
            "UPDATE member SET active = 1 WHERE corp_id = ?1 AND member_no = ?2 AND active = 0",
            &[corp.into(), no.into()],
        )?;
        if changed > 0 {
            self.apply(corp, StateChange::MemberActivated(no))?;
        }
        Ok(changed > 0)
    }
}

fn joined_departments(member: &Member) -> Vec<JoinedDepartment> {
    let departments = member.departments.iter();
    let joined = |membership: &Membership| JoinedDepartment {
        dept: membership.dept_id,
        leads: membership.leader,
        order: membership.order,
    };
    departments.map(joined).collect()
}
