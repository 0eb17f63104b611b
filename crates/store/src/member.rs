//! Members and their places in departments.

use std::sync::Arc;

use carillon_model::{
    audience::Audience,
    contact::{AdminLevel, Member, Membership, Profile},
    error::Result,
    id::{CorpId, DeptId, MemberNo, UserId},
    spelling::spelling,
};
use rusqlite::types::ValueRef;

use crate::{
    custom_order::CustomOrder,
    sql::{Column, Row, Value},
    state::CorpState,
    state_change::{AddedMember, JoinedDepartment, LeftDepartment, StateChange},
    tx::Tx,
};

/// What no two members of an organisation share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberKey {
    /// `userid`.
    UserId,
    /// `mobile`, in its one form.
    Mobile,
    /// `email`, whatever the case of its letters.
    Email,
    /// `telephone`.
    Telephone,
    /// `job_number`.
    JobNumber,
    /// `unionid` of the person.
    UnionId,
}

/// In which order the members of a department are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberOrder {
    /// The department's own order: larger first, then by arrival.
    Custom,
    /// By the moment of entry, oldest first.
    EntryAscending,
    /// By the moment of entry, newest first.
    EntryDescending,
    /// By the moment of the last change, oldest first.
    ModifyAscending,
    /// By the moment of the last change, newest first.
    ModifyDescending,
}

/// Who chose a member's password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordOrigin {
    /// The organisation, when it added the member or later.
    Initial,
    /// The member.
    Own,
    /// An operator, who may know it: the member has to choose another one before anything else.
    Temporary,
}

impl From<PasswordOrigin> for Value<'_> {
    fn from(origin: PasswordOrigin) -> Self {
        Self::Integer(match origin {
            PasswordOrigin::Initial => 0,
            PasswordOrigin::Own => 1,
            PasswordOrigin::Temporary => 2,
        })
    }
}

impl Column for PasswordOrigin {
    fn read(value: ValueRef<'_>) -> Option<Self> {
        match value.as_i64().ok()? {
            0 => Some(Self::Initial),
            1 => Some(Self::Own),
            2 => Some(Self::Temporary),
            _ => None,
        }
    }
}

impl Tx<'_> {
    /// Adds members with their places in departments. The first failure fails them all.
    pub fn insert_members(&mut self, corp: &CorpId, members: &[(Member, String)]) -> Result<()> {
        for (member, password_hash) in members {
            let profile = &member.profile;
            self.execute(
                "INSERT INTO member (corp_id, member_no, userid, unionid, name, mobile, hide_mobile, telephone, job_number,
                                     title, email, org_email, org_email_type, work_place, remark, extension,
                                     senior_mode, hired_date, manager_userid, login_email, exclusive_account,
                                     exclusive_account_type, login_id, password_hash, active, admin, created_at,
                                     modified_at, spelling, exclusive_mobile, exclusive_mobile_verify_status,
                                     outer_exclusive_corpid, outer_exclusive_userid)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
                         ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33)",
                &[
                    corp.into(),
                    member.no.into(),
                    (&member.userid).into(),
                    (&member.unionid).into(),
                    (&profile.name).into(),
                    (&profile.mobile).into(),
                    profile.hide_mobile.into(),
                    (&profile.telephone).into(),
                    (&profile.job_number).into(),
                    (&profile.title).into(),
                    (&profile.email).into(),
                    (&profile.org_email).into(),
                    (&profile.org_email_type).into(),
                    (&profile.work_place).into(),
                    (&profile.remark).into(),
                    (&profile.extension).into(),
                    profile.senior_mode.into(),
                    profile.hired_date.into(),
                    (&profile.manager_userid).into(),
                    (&profile.login_email).into(),
                    profile.exclusive_account.into(),
                    (&profile.exclusive_account_type).into(),
                    (&profile.login_id).into(),
                    password_hash.into(),
                    member.active.into(),
                    admin_number(member.admin).into(),
                    member.created_at.into(),
                    member.modified_at.into(),
                    (&spelling(&profile.name)).into(),
                    (&profile.exclusive_mobile).into(),
                    (&profile.exclusive_mobile_verify_status).into(),
                    (&profile.outer_exclusive_corpid).into(),
                    (&profile.outer_exclusive_userid).into(),
                ],
            )?;
            self.insert_memberships(corp, member)?;
        }
        let added = members.iter().map(|(member, _)| AddedMember {
            member: member.no,
            active: member.active,
            joined: joined_departments(member),
        });
        self.apply(corp, StateChange::MembersAdded(added.collect()))
    }

    /// Replaces what can change of a member: the profile, the departments, the administration, the moment of the change.
    pub fn update_member(&mut self, corp: &CorpId, member: &Member) -> Result<()> {
        let profile = &member.profile;
        self.execute(
            "UPDATE member SET name = ?3, mobile = ?4, hide_mobile = ?5, telephone = ?6, job_number = ?7, title = ?8,
                               email = ?9, org_email = ?10, org_email_type = ?11, work_place = ?12, remark = ?13,
                               extension = ?14, senior_mode = ?15, hired_date = ?16, manager_userid = ?17,
                               login_email = ?18, exclusive_account = ?19, exclusive_account_type = ?20,
                               login_id = ?21, admin = ?22, modified_at = ?23, spelling = ?24, exclusive_mobile = ?25,
                               exclusive_mobile_verify_status = ?26, outer_exclusive_corpid = ?27,
                               outer_exclusive_userid = ?28
             WHERE corp_id = ?1 AND member_no = ?2",
            &[
                corp.into(),
                member.no.into(),
                (&profile.name).into(),
                (&profile.mobile).into(),
                profile.hide_mobile.into(),
                (&profile.telephone).into(),
                (&profile.job_number).into(),
                (&profile.title).into(),
                (&profile.email).into(),
                (&profile.org_email).into(),
                (&profile.org_email_type).into(),
                (&profile.work_place).into(),
                (&profile.remark).into(),
                (&profile.extension).into(),
                profile.senior_mode.into(),
                profile.hired_date.into(),
                (&profile.manager_userid).into(),
                (&profile.login_email).into(),
                profile.exclusive_account.into(),
                (&profile.exclusive_account_type).into(),
                (&profile.login_id).into(),
                admin_number(member.admin).into(),
                member.modified_at.into(),
                (&spelling(&profile.name)).into(),
                (&profile.exclusive_mobile).into(),
                (&profile.exclusive_mobile_verify_status).into(),
                (&profile.outer_exclusive_corpid).into(),
                (&profile.outer_exclusive_userid).into(),
            ],
        )?;
        let left = self.delete_memberships(corp, member.no)?;
        self.insert_memberships(corp, member)?;
        let joined = joined_departments(member);
        self.apply(corp, StateChange::MembershipsSet { member: member.no, left, joined })
    }

    /// Removes a member, with the member's departments, roles, sessions and drafts. The number is never given again.
    pub fn delete_member(&mut self, corp: &CorpId, member: MemberNo) -> Result<()> {
        let left = self.delete_memberships(corp, member)?;
        self.apply(corp, StateChange::MembershipsSet { member, left, joined: Vec::new() })?;
        self.revoke_all_roles(corp, member)?;
        self.delete_from_account_lists(corp, member)?;
        self.delete_sessions_of(corp, member)?;
        self.delete_drafts_of(corp, member)?;
        self.insert_former_member(corp, member)?;
        self.execute(
            "DELETE FROM member WHERE corp_id = ?1 AND member_no = ?2",
            &[corp.into(), member.into()],
        )?;
        self.apply(corp, StateChange::MemberRemoved(member))
    }

    fn insert_memberships(&mut self, corp: &CorpId, member: &Member) -> Result<()> {
        for place in &member.departments {
            self.execute(
                "INSERT INTO department_member (corp_id, dept_id, member_no, sort_order, title, leader, work_place, main,
                                                extension_i18n, modified_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                &[
                    corp.into(),
                    place.dept_id.into(),
                    member.no.into(),
                    place.order.into(),
                    (&place.title).into(),
                    place.leader.into(),
                    (&place.work_place).into(),
                    place.main.into(),
                    (&place.extension_i18n).into(),
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
            // One by one: all at once, the engine would read the places of the whole organisation.
            let place = [corp.into(), dept.into(), member.into()];
            left.extend(self.one(
                "SELECT sort_order FROM department_member WHERE corp_id = ?1 AND dept_id = ?2 AND member_no = ?3",
                &place,
                |row| Ok(LeftDepartment { dept, order: row.get(0)? }),
            )?);
            self.execute(
                "DELETE FROM department_member WHERE corp_id = ?1 AND dept_id = ?2 AND member_no = ?3",
                &place,
            )?;
        }
        Ok(left)
    }

    /// The number of a member.
    pub fn member_no(&mut self, corp: &CorpId, userid: &UserId) -> Result<Option<MemberNo>> {
        self.member_with(corp, MemberKey::UserId, userid.as_str())
    }

    /// The member that has a key.
    pub fn member_with(&mut self, corp: &CorpId, key: MemberKey, value: &str) -> Result<Option<MemberNo>> {
        // An empty text is no key, and the partial indexes leave it out.
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

    /// Members by number, in the order asked for; those who do not exist are left out.
    pub fn members(&mut self, corp: &CorpId, numbers: &[MemberNo]) -> Result<Vec<Member>> {
        let mut members = Vec::with_capacity(numbers.len());
        self.each_of(
            "SELECT member_no, userid, unionid, name, mobile, hide_mobile, telephone, job_number, title, email, org_email,
                    org_email_type, work_place, remark, extension, senior_mode, hired_date, manager_userid, login_email,
                    exclusive_account, exclusive_account_type, login_id, active, admin, created_at, modified_at,
                    exclusive_mobile, exclusive_mobile_verify_status, outer_exclusive_corpid, outer_exclusive_userid
             FROM member WHERE corp_id = ?1 AND member_no = ?2",
            corp,
            numbers,
            |row, _| {
                members.push(member_row(row)?);
                Ok(())
            },
        )?;
        let numbers: Vec<MemberNo> = members.iter().map(|member| member.no).collect();
        self.each_of(
            // The planner would rather read the places of the whole organisation than look each one up: it is shown them.
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

    /// Direct members of a department, from a place in its order on.
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

    /// The userids of the direct members of a department, in its own order.
    pub fn userids_of(&mut self, corp: &CorpId, dept: DeptId) -> Result<Vec<UserId>> {
        self.all(
            "SELECT m.userid FROM department_member d
             JOIN member m ON m.corp_id = d.corp_id AND m.member_no = d.member_no
             WHERE d.corp_id = ?1 AND d.dept_id = ?2 ORDER BY d.sort_order DESC, d.member_no",
            &[corp.into(), dept.into()],
            |row| row.get(0),
        )
    }

    /// The userids of the direct members of a department who lead it, in its own order.
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

    /// Leaves those whom a member manages without a manager.
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

    /// The userid and the name of a member.
    pub fn member_name(&mut self, corp: &CorpId, no: MemberNo) -> Result<Option<(UserId, String)>> {
        self.one(
            "SELECT userid, name FROM member WHERE corp_id = ?1 AND member_no = ?2",
            &[corp.into(), no.into()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    /// A member's password hash; empty when the member has none and cannot sign in.
    pub fn password_hash(&mut self, corp: &CorpId, no: MemberNo) -> Result<String> {
        let found = self.one(
            "SELECT password_hash FROM member WHERE corp_id = ?1 AND member_no = ?2",
            &[corp.into(), no.into()],
            |row| row.get(0),
        )?;
        Ok(found.unwrap_or_default())
    }

    /// A member's password hash, and who chose the password.
    pub fn password_of(&mut self, corp: &CorpId, no: MemberNo) -> Result<(String, PasswordOrigin)> {
        let found = self.one(
            "SELECT password_hash, password_origin FROM member WHERE corp_id = ?1 AND member_no = ?2",
            &[corp.into(), no.into()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        Ok(found.unwrap_or((String::new(), PasswordOrigin::Initial)))
    }

    /// The first members that can sign in with a password that the organisation set, by number.
    pub fn members_with_initial_password(
        &mut self,
        corp: &CorpId,
        limit: i64,
    ) -> Result<Vec<(UserId, String)>> {
        self.all(
            "SELECT userid, name FROM member
             WHERE corp_id = ?1 AND password_hash <> '' AND password_origin = ?3 ORDER BY member_no LIMIT ?2",
            &[corp.into(), limit.into(), PasswordOrigin::Initial.into()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    /// Replaces a member's password by its hash.
    pub fn set_password_hash(
        &mut self,
        corp: &CorpId,
        no: MemberNo,
        hash: &str,
        origin: PasswordOrigin,
    ) -> Result<()> {
        self.execute(
            "UPDATE member SET password_hash = ?3, password_origin = ?4 WHERE corp_id = ?1 AND member_no = ?2",
            &[corp.into(), no.into(), hash.into(), origin.into()],
        )?;
        Ok(())
    }

    /// Notes that a member has signed in; whether it is the first time.
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

    pub(crate) fn load_members(&mut self, state: &mut CorpState) -> Result<()> {
        let corp = state.corp.id.clone();
        let everyone =
            self.audience("SELECT member_no FROM member WHERE corp_id = ?1 ORDER BY member_no", &corp)?;
        state.everyone = Arc::new(everyone);
        let activated = self.audience(
            "SELECT member_no FROM member WHERE corp_id = ?1 AND active = 1 ORDER BY member_no",
            &corp,
        )?;
        state.activated = Arc::new(activated);
        let mut departments: Vec<(DeptId, Audience)> = Vec::new();
        let mut custom_order: Vec<(DeptId, CustomOrder)> = Vec::new();
        self.each(
            "SELECT dept_id, member_no, sort_order FROM department_member WHERE corp_id = ?1
             ORDER BY dept_id, sort_order DESC, member_no",
            &[(&corp).into()],
            |row| {
                let (dept, member) = (row.get(0)?, row.get(1)?);
                gather(&mut departments, dept, member);
                match custom_order.last_mut() {
                    Some((last, custom_order)) if *last == dept => custom_order.insert(member, row.get(2)?),
                    _ => {
                        let mut first = CustomOrder::default();
                        first.insert(member, row.get(2)?);
                        custom_order.push((dept, first));
                    }
                }
                Ok(true)
            },
        )?;
        for ((dept, members), (_, custom_order)) in departments.into_iter().zip(custom_order) {
            let node = state.department_mut(dept)?;
            (node.members, node.custom_order) = (Arc::new(members.compact()), custom_order);
        }
        let leaders = self.all(
            "SELECT dept_id, member_no FROM department_member WHERE corp_id = ?1 AND leader = 1",
            &[(&corp).into()],
            |row| Ok((row.get::<DeptId>(0)?, row.get::<MemberNo>(1)?)),
        )?;
        for (dept, leader) in leaders {
            state.department_mut(dept)?.leaders.insert(leader);
        }
        Ok(())
    }

    fn audience(&mut self, sql: &'static str, corp: &CorpId) -> Result<Audience> {
        let mut members = Audience::empty();
        self.each(sql, &[corp.into()], |row| {
            members.insert(row.get(0)?);
            Ok(true)
        })?;
        Ok(members.compact())
    }
}

impl CorpState {
    pub(crate) fn add_members(&mut self, added: &[AddedMember]) -> Result<()> {
        for AddedMember { member, joined, .. } in added {
            self.join_departments(*member, joined)?;
        }
        let everyone = &mut self.everyone;
        Arc::make_mut(everyone).extend(added.iter().map(|added| added.member));
        // Many at once would leave it long, for every send to all to copy.
        if added.len() > 1 {
            *everyone = Arc::new(Arc::unwrap_or_clone(std::mem::take(everyone)).compact());
        }
        let activated = added.iter().filter(|added| added.active).map(|added| added.member);
        Arc::make_mut(&mut self.activated).extend(activated);
        Ok(())
    }

    pub(crate) fn join_departments(&mut self, member: MemberNo, joined: &[JoinedDepartment]) -> Result<()> {
        for JoinedDepartment { dept, leads, order } in joined {
            let node = self.department_mut(*dept)?;
            Arc::make_mut(&mut node.members).insert(member);
            node.custom_order.insert(member, *order);
            if *leads {
                node.leaders.insert(member);
            }
        }
        Ok(())
    }

    pub(crate) fn leave_departments(&mut self, member: MemberNo, left: &[LeftDepartment]) -> Result<()> {
        for LeftDepartment { dept, order } in left {
            let node = self.department_mut(*dept)?;
            Arc::make_mut(&mut node.members).remove(member);
            node.custom_order.remove(member, *order);
            node.leaders.remove(&member);
        }
        Ok(())
    }
}

fn joined_departments(member: &Member) -> Vec<JoinedDepartment> {
    let departments = member.departments.iter();
    let joined = |place: &Membership| JoinedDepartment {
        dept: place.dept_id,
        leads: place.leader,
        order: place.order,
    };
    departments.map(joined).collect()
}

/// Adds a member to the set of its key; rows come sorted by key.
pub(crate) fn gather<K: PartialEq>(sets: &mut Vec<(K, Audience)>, key: K, member: MemberNo) {
    match sets.last_mut() {
        Some((last, members)) if *last == key => {
            members.insert(member);
        }
        _ => sets.push((key, std::iter::once(member).collect())),
    }
}

/// As the migration describes it.
pub(crate) fn admin_number(admin: Option<AdminLevel>) -> i64 {
    match admin {
        None => 0,
        Some(AdminLevel::Main) => 1,
        Some(AdminLevel::Sub) => 2,
    }
}

pub(crate) fn admin_level(number: i64) -> Option<AdminLevel> {
    match number {
        0 => None,
        1 => Some(AdminLevel::Main),
        _ => Some(AdminLevel::Sub),
    }
}

fn member_row(row: &Row<'_>) -> Result<Member> {
    Ok(Member {
        no: row.get(0)?,
        userid: row.get(1)?,
        unionid: row.get(2)?,
        profile: Profile {
            name: row.get(3)?,
            mobile: row.get(4)?,
            hide_mobile: row.get(5)?,
            telephone: row.get(6)?,
            job_number: row.get(7)?,
            title: row.get(8)?,
            email: row.get(9)?,
            org_email: row.get(10)?,
            org_email_type: row.get(11)?,
            work_place: row.get(12)?,
            remark: row.get(13)?,
            extension: row.get(14)?,
            senior_mode: row.get(15)?,
            hired_date: row.get(16)?,
            manager_userid: row.get(17)?,
            login_email: row.get(18)?,
            exclusive_account: row.get(19)?,
            exclusive_account_type: row.get(20)?,
            login_id: row.get(21)?,
            exclusive_mobile: row.get(26)?,
            exclusive_mobile_verify_status: row.get(27)?,
            outer_exclusive_corpid: row.get(28)?,
            outer_exclusive_userid: row.get(29)?,
        },
        departments: Vec::new(),
        active: row.get(22)?,
        admin: admin_level(row.get(23)?),
        created_at: row.get(24)?,
        modified_at: row.get(25)?,
    })
}
