//! Import of members from a list: known userids are updated, others are added. A line that cannot be accepted changes nothing and
//! does not stop the others.

mod column;
mod names;

use carillon_model::{
    contact::{Member, Membership, Profile},
    env::Env,
    error::{Error, Result, Rule},
    id::{CorpId, MemberNo, RoleId, UserId},
    time,
};
use carillon_store::{PasswordOrigin, Tx};
use jiff::tz::TimeZone;

use super::{
    role,
    user::{self, MEMBER_NUMBERS, NewMember},
};
use crate::group;
use names::{DepartmentRef, Names, cell_items};

pub use column::Column;

/// Part of a list.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The columns, in the order of the cells.
    pub columns: Vec<Column>,
    /// The lines.
    pub lines: Vec<Line>,
}

/// A line of a list.
#[derive(Clone, Debug)]
pub struct Line {
    /// Line number in the list.
    pub number: u64,
    /// One cell for each column.
    pub cells: Vec<String>,
    /// From `password::hash`, if the line has a password.
    pub password_hash: Option<String>,
}

/// A line that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Line number in the list.
    pub number: u64,
    /// The userid in the line.
    pub userid: String,
    /// The reason.
    pub error: Error,
}

/// The result of importing part of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Number of members added.
    pub created: u64,
    /// Number of members changed.
    pub updated: u64,
    /// Number of members that already were as the list says.
    pub unchanged: u64,
    /// Paths of the departments that were created.
    pub departments: Vec<String>,
    /// Lines that were refused.
    pub bad: Vec<BadLine>,
}

enum Outcome {
    Created,
    Updated,
    Unchanged,
}

/// Imports the lines of a batch without their managers, who may come in later lines.
pub fn members(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, batch: &Batch) -> Result<Report> {
    let zone = time::zone(&tx.state().corp(corp)?.corp.time_zone);
    let zone = zone.ok_or_else(|| Error::internal("the organisation has no known time zone"))?;
    let mut names = Names::of(tx, corp)?;
    let mut report = Report::default();
    let first = tx.coming_number(corp, MEMBER_NUMBERS)?;
    let mut new = NewMembers { next_number: first, ungrouped: Vec::new() };
    for line in &batch.lines {
        let entry = LineImport { columns: &batch.columns, line, zone: &zone };
        match entry.import(tx, env, corp, &mut names, &mut new) {
            Ok(Outcome::Created) => report.created += 1,
            Ok(Outcome::Updated) => report.updated += 1,
            Ok(Outcome::Unchanged) => report.unchanged += 1,
            Err(error @ Error::Internal(_)) => return Err(error),
            Err(error) => {
                let userid = entry.cell(Column::UserId).unwrap_or_default().to_owned();
                report.bad.push(BadLine { number: line.number, userid, error });
            }
        }
    }
    new.take_numbers(tx, corp, first)?;
    group::joined(tx, env, corp, &new.ungrouped)?;
    report.departments = names.created;
    Ok(report)
}

/// The members that an import adds.
struct NewMembers {
    /// The number of the next one. The numbers are taken from their counter all at once, at the end.
    next_number: i64,
    /// Those who are not yet in the groups that follow the organisation, which get all of them at once.
    ungrouped: Vec<(MemberNo, Vec<Membership>)>,
}

impl NewMembers {
    fn take_numbers(&self, tx: &mut Tx<'_>, corp: &CorpId, first: i64) -> Result<()> {
        let count = self.next_number - first;
        if count > 0 && tx.next_numbers(corp, MEMBER_NUMBERS, count)? != first {
            return Err(Error::internal("something else took numbers of members during an import"));
        }
        Ok(())
    }
}

/// A line's member and manager.
#[derive(Clone, Debug)]
pub struct ManagerLine {
    /// Line number in the list.
    pub number: u64,
    /// The managed member.
    pub userid: UserId,
    /// Userid of the manager. Empty for none.
    pub manager: String,
}

/// Sets the managers of members, once all members of the list exist.
pub fn managers(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, lines: Vec<ManagerLine>) -> Result<Report> {
    let mut report = Report::default();
    for line in lines {
        let manager = line.manager;
        let outcome = match user::get(tx, corp, &line.userid) {
            Ok(member) if member.profile.manager_userid == manager => Ok(()),
            Ok(_) => {
                let edit = |member: &mut Member| {
                    member.profile.manager_userid = manager;
                    Ok(())
                };
                user::update(tx, env, corp, &line.userid, edit).map(|_| report.updated += 1)
            }
            Err(error) => Err(error),
        };
        match outcome {
            Ok(()) => {}
            Err(error @ Error::Internal(_)) => return Err(error),
            Err(error) => {
                let userid = line.userid.to_string();
                report.bad.push(BadLine { number: line.number, userid, error });
            }
        }
    }
    Ok(report)
}

/// Reports lines whose manager is not a member. Changes nothing.
pub fn check_managers(tx: &mut Tx<'_>, corp: &CorpId, lines: Vec<ManagerLine>) -> Result<Report> {
    let mut report = Report::default();
    for line in lines {
        if tx.member_no(corp, &UserId::from(line.manager.as_str()))?.is_none() {
            let error = Error::Rule(Rule::UnknownManager);
            report.bad.push(BadLine { number: line.number, userid: line.userid.to_string(), error });
        }
    }
    Ok(report)
}

/// A line and what is needed to interpret it.
struct LineImport<'a> {
    columns: &'a [Column],
    line: &'a Line,
    zone: &'a TimeZone,
}

impl LineImport<'_> {
    /// Imports the line. Everything is checked before the first row is written, so that a bad line leaves nothing behind.
    fn import(
        &self,
        tx: &mut Tx<'_>,
        env: &Env,
        corp: &CorpId,
        names: &mut Names,
        new: &mut NewMembers,
    ) -> Result<Outcome> {
        let userid = Column::UserId.text(self.cell(Column::UserId).unwrap_or_default(), 64)?;
        if userid.is_empty() {
            return Err(Error::invalid(Column::UserId.name(), "is missing"));
        }
        let userid = UserId::from(userid);
        let before = tx.member_by_userid(corp, &userid)?;
        let mut profile = before.as_ref().map(|member| member.profile.clone()).unwrap_or_default();
        for (column, cell) in self.columns.iter().zip(&self.line.cells) {
            column.write(cell, self.zone, &mut profile)?;
        }
        self.require_complete(&profile)?;
        user::normalize_profile(tx, corp, before.as_ref(), &mut profile)?;
        let roles = self.roles(names)?;
        let plan = self.membership_plan(tx, corp, names)?;

        let departments = plan.apply(tx, env, corp, names, before.as_ref())?;
        let outcome = match before {
            None => {
                let password_hash = self.line.password_hash.clone().unwrap_or_default();
                let member = NewMember { userid: None, profile, departments, password_hash };
                let number = new.next_number;
                new.next_number += 1;
                let member = user::insert(tx, env, corp, (number, userid.clone()), member)?;
                new.ungrouped.push((member.no, member.departments));
                Outcome::Created
            }
            Some(before) => {
                let after = Member { profile, departments, ..before.clone() };
                let mut outcome = Outcome::Unchanged;
                if after != before {
                    // A later line may change the departments of a member that this import added.
                    if new.ungrouped.iter().any(|(member, _)| *member == before.no) {
                        group::joined(tx, env, corp, &std::mem::take(&mut new.ungrouped))?;
                    }
                    user::replace(tx, env, corp, &before, after)?;
                    outcome = Outcome::Updated;
                }
                if let Some(hash) = &self.line.password_hash {
                    user::set_password(tx, corp, before.no, hash, PasswordOrigin::Initial)?;
                    outcome = Outcome::Updated;
                }
                outcome
            }
        };
        let same_roles = match roles {
            Some(roles) => set_roles(tx, env, corp, &userid, &roles)?,
            None => true,
        };
        Ok(match outcome {
            Outcome::Unchanged if !same_roles => Outcome::Updated,
            outcome => outcome,
        })
    }

    fn cell(&self, wanted: Column) -> Option<&str> {
        let index = self.columns.iter().position(|column| *column == wanted)?;
        self.line.cells.get(index).map(String::as_str)
    }

    fn require_complete(&self, profile: &Profile) -> Result<()> {
        if profile.name.trim().is_empty() {
            return Err(Error::invalid(Column::Name.name(), "is missing"));
        }
        Ok(())
    }

    fn roles(&self, names: &Names) -> Result<Option<Vec<RoleId>>> {
        let cell = self.cell(Column::Roles);
        cell.map(|cell| cell_items(cell).map(|item| names.role(item)).collect()).transpose()
    }

    /// Resolves the departments that the line names, and those that the member leads.
    fn membership_plan(&self, tx: &mut Tx<'_>, corp: &CorpId, names: &mut Names) -> Result<MembershipPlan> {
        let mut named = |cell: &str| -> Result<Vec<DepartmentRef>> {
            cell_items(cell).map(|item| names.department(tx, corp, item)).collect()
        };
        Ok(MembershipPlan {
            departments: self.cell(Column::Departments).map(&mut named).transpose()?.unwrap_or_default(),
            leads: self.cell(Column::Leads).map(&mut named).transpose()?,
        })
    }
}

/// The departments in a line.
struct MembershipPlan {
    /// All departments of the member. Empty keeps the stored ones.
    departments: Vec<DepartmentRef>,
    /// The departments that the member leads, if the line has the column.
    leads: Option<Vec<DepartmentRef>>,
}

impl MembershipPlan {
    /// Checks the plan, creates missing departments, and returns the member's memberships.
    fn apply(
        self,
        tx: &mut Tx<'_>,
        env: &Env,
        corp: &CorpId,
        names: &mut Names,
        before: Option<&Member>,
    ) -> Result<Vec<Membership>> {
        let old = before.map(|member| member.departments.clone()).unwrap_or_default();
        for (index, department) in self.departments.iter().enumerate() {
            if self.departments[..index].contains(department) {
                return Err(Error::invalid(Column::Departments.name(), format!("names {department} twice")));
            }
        }
        for led in self.leads.iter().flatten() {
            let stays = matches!(led, DepartmentRef::Existing(id) if old.iter().any(|membership| membership.dept_id == *id));
            let belongs = self.departments.contains(led) || (self.departments.is_empty() && stays);
            if !belongs {
                let reason = format!("names {led}, which the member is not in");
                return Err(Error::invalid(Column::Leads.name(), reason));
            }
        }
        if self.departments.is_empty() && old.is_empty() {
            return Err(Error::invalid(Column::Departments.name(), "must name one for a new member"));
        }
        let mut memberships = old.clone();
        if !self.departments.is_empty() {
            memberships.clear();
            for named in self.departments {
                let id = names.resolve_or_create(tx, env, corp, named)?;
                let stays = old.iter().find(|membership| membership.dept_id == id).cloned();
                memberships.push(stays.unwrap_or_else(|| Membership::ordinary(id)));
            }
            // Same order as stored, so that an unchanged member compares equal.
            memberships.sort_by_key(|membership| membership.dept_id);
        }
        if let Some(leads) = self.leads {
            let mut led = Vec::new();
            for named in leads {
                led.push(names.resolve_or_create(tx, env, corp, named)?);
            }
            for membership in &mut memberships {
                membership.leader = led.contains(&membership.dept_id);
            }
        }
        Ok(memberships)
    }
}

/// Replaces the roles of a member except those of the default group. Returns true if nothing changed.
fn set_roles(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, userid: &UserId, wanted: &[RoleId]) -> Result<bool> {
    let member = user::number(tx, corp, userid)?;
    let default = tx.role_group_named(corp, role::DEFAULT_GROUP)?;
    let mut held = Vec::new();
    for id in tx.roles_of(corp, member)? {
        if tx.role(corp, id)?.is_some_and(|role| Some(role.group_id) != default) {
            held.push(id);
        }
    }
    let users = std::slice::from_ref(userid);
    let missing: Vec<RoleId> = wanted.iter().copied().filter(|role| !held.contains(role)).collect();
    let taken: Vec<RoleId> = held.iter().copied().filter(|role| !wanted.contains(role)).collect();
    if !missing.is_empty() {
        role::give(tx, env, corp, &missing, users)?;
    }
    if !taken.is_empty() {
        role::take(tx, env, corp, &taken, users)?;
    }
    Ok(missing.is_empty() && taken.is_empty())
}
