//! Members and their memberships in departments.

mod password;
mod row;
mod snapshot;
mod write;

use std::sync::Arc;

use carillon_model::{
    contact::{Member, Membership},
    error::Result,
    id::{CorpId, DeptId, MemberNo, UserId},
};

pub use self::password::PasswordOrigin;
pub(crate) use self::{
    row::{admin_level, admin_number},
    snapshot::gather,
};
use crate::tx::Tx;

/// A key that is unique among the members of an organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberKey {
    /// `userid`.
    UserId,
    /// `mobile` in canonical form.
    Mobile,
    /// `email`, compared without case.
    Email,
    /// `telephone`.
    Telephone,
    /// `job_number`.
    JobNumber,
    /// `unionid` of the person.
    UnionId,
}

/// The order of a list of the members of a department.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberOrder {
    /// The custom order of the department: larger numbers first, then by entry.
    Custom,
    /// By time of entry, oldest first.
    EntryAscending,
    /// By time of entry, newest first.
    EntryDescending,
    /// By time of the last change, oldest first.
    ModifyAscending,
    /// By time of the last change, newest first.
    ModifyDescending,
}

impl Tx<'_> {
    /// The number of a member.
    pub fn member_no(&mut self, corp: &CorpId, userid: &UserId) -> Result<Option<MemberNo>> {
        self.member_with(corp, MemberKey::UserId, userid.as_str())
    }

    /// The member that has a key.
    pub fn member_with(&mut self, corp: &CorpId, key: MemberKey, value: &str) -> Result<Option<MemberNo>> {
        // An empty text is not a key, and the partial indexes leave it out.
        let sql = match key {
            MemberKey::UserId => "SELECT member_no FROM member WHERE corp_id = ?1 AND userid = ?2",
            MemberKey::Mobile => {
                "SELECT member_no FROM member WHERE corp_id = ?1 AND mobile = ?2 AND mobile <> ''"
            }
            MemberKey::Email => {
                "SELECT member_no FROM member WHERE lower(email) = lower(?2) AND corp_id || '' = ?1 AND email <> ''"
            }
            MemberKey::Telephone => {
                "SELECT member_no FROM member WHERE corp_id = ?1 AND telephone = ?2 AND telephone <> ''"
            }
            MemberKey::JobNumber => {
                "SELECT member_no FROM member WHERE corp_id = ?1 AND job_number = ?2 AND job_number <> ''"
            }
            MemberKey::UnionId => "SELECT member_no FROM member WHERE corp_id = ?1 AND unionid = ?2",
        };
        self.one(sql, &[corp.into(), value.into()], |row| row.get(0))
    }

    /// A member by userid.
    pub fn member_by_userid(&mut self, corp: &CorpId, userid: &UserId) -> Result<Option<Member>> {
        match self.member_no(corp, userid)? {
            Some(no) => self.member(corp, no),
            None => Ok(None),
        }
    }

    /// A member by number.
    pub fn member(&mut self, corp: &CorpId, no: MemberNo) -> Result<Option<Member>> {
        Ok(self.members(corp, &[no])?.pop())
    }

    /// Members by number, in the order of `numbers`; unknown numbers are left out.
    pub fn members(&mut self, corp: &CorpId, numbers: &[MemberNo]) -> Result<Vec<Member>> {
        let mut members = Vec::with_capacity(numbers.len());
        self.each_of(&row::SELECT, corp, numbers, |found, _| {
            members.push(row::member_row(found)?);
            Ok(())
        })?;
        let numbers: Vec<MemberNo> = members.iter().map(|member| member.no).collect();
        self.each_of(
            // Without the subquery, the planner reads the memberships of the whole organisation instead of looking each one up.
            "SELECT dept_id, sort_order, title, leader, work_place, main, extension_i18n FROM department_member
             WHERE corp_id = ?1 AND member_no = ?2
               AND dept_id IN (SELECT dept_id FROM department_member WHERE corp_id = ?1 AND member_no = ?2)
             ORDER BY dept_id",
            corp,
            &numbers,
            |row, index| {
                members[index].departments.push(Membership {
                    dept_id: row.get(0)?,
                    order: row.get(1)?,
                    title: row.get(2)?,
                    leader: row.get(3)?,
                    work_place: row.get(4)?,
                    main: row.get(5)?,
                    extension_i18n: row.get(6)?,
                });
                Ok(())
            },
        )?;
        Ok(members)
    }

    /// At most `limit` direct members of a department in an order, after the first `offset`.
    pub fn members_of(
        &mut self,
        corp: &CorpId,
        dept: DeptId,
        order: MemberOrder,
        offset: usize,
        limit: usize,
    ) -> Result<Vec<MemberNo>> {
        let node = self.state().corp(corp)?.department(dept)?;
        if let Some(members) = node.members_in(order, offset, limit) {
            return Ok(members);
        }
        let sql = if order == MemberOrder::ModifyAscending {
            "SELECT member_no FROM department_member WHERE corp_id = ?1 AND dept_id = ?2
             ORDER BY modified_at, member_no LIMIT ?4 OFFSET ?3"
        } else {
            "SELECT member_no FROM department_member WHERE corp_id = ?1 AND dept_id = ?2
             ORDER BY modified_at DESC, member_no DESC LIMIT ?4 OFFSET ?3"
        };
        let (offset, limit) =
            (i64::try_from(offset).unwrap_or(i64::MAX), i64::try_from(limit).unwrap_or(i64::MAX));
        self.all(sql, &[corp.into(), dept.into(), offset.into(), limit.into()], |row| row.get(0))
    }

    /// The userids of the direct members of a department, in its custom order.
    pub fn userids_of(&mut self, corp: &CorpId, dept: DeptId) -> Result<Vec<UserId>> {
        self.all(
            "SELECT m.userid FROM department_member d
             JOIN member m ON m.corp_id = d.corp_id AND m.member_no = d.member_no
             WHERE d.corp_id = ?1 AND d.dept_id = ?2 ORDER BY d.sort_order DESC, d.member_no",
            &[corp.into(), dept.into()],
            |row| row.get(0),
        )
    }

    /// The userids of the leaders of a department, in its custom order.
    pub fn leaders_of(&mut self, corp: &CorpId, dept: DeptId) -> Result<Vec<UserId>> {
        let Some(node) = self.state().corp(corp)?.departments.get(&dept).map(Arc::clone) else {
            return Ok(Vec::new());
        };
        let mut leaders = Vec::with_capacity(node.leaders.len());
        for leader in &node.leaders {
            leaders.extend(self.one(
                "SELECT d.sort_order, m.userid FROM department_member d
                 JOIN member m ON m.corp_id = d.corp_id AND m.member_no = d.member_no
                 WHERE d.corp_id = ?1 AND d.dept_id = ?2 AND d.member_no = ?3",
                &[corp.into(), dept.into(), (*leader).into()],
                |row| Ok((std::cmp::Reverse(row.get::<i64>(0)?), *leader, row.get::<UserId>(1)?)),
            )?);
        }
        leaders.sort_unstable_by_key(|(order, leader, _)| (*order, *leader));
        Ok(leaders.into_iter().map(|(_, _, userid)| userid).collect())
    }

    /// The userid and the name of a member.
    pub fn member_name(&mut self, corp: &CorpId, no: MemberNo) -> Result<Option<(UserId, String)>> {
        self.one(
            "SELECT userid, name FROM member WHERE corp_id = ?1 AND member_no = ?2",
            &[corp.into(), no.into()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }
}
