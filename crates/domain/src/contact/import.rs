//! Import of members from a list: known userids are updated, others are added. A line that cannot be accepted changes nothing and
//! does not stop the others.

mod background;
mod column;
mod names;
mod problem;
pub mod upload;

use carillon_model::{
    contact::{Member, Membership, Profile},
    env::Env,
    error::{Error, Result, Rule},
    id::{CorpId, MemberNo, RoleId, UserId},
    sign_on::MatchBy,
    time,
};
use carillon_store::{PasswordOrigin, Tx};
use jiff::tz::TimeZone;

use super::{
    manage::Resets,
    role,
    user::{self, MEMBER_NUMBERS, NewMember},
};
use crate::{group, operator, sign_on};
use names::{DepartmentRef, Names, cell_items};
use problem::LineError;

pub use background::{
    MAX_IMPORTS, READY_HOURS, REPORT_DAYS, apply, cancel, get, lines, list, submit, take_step, unfinished,
};
pub use column::Column;
pub use problem::{Problem, ProblemKind};

/// Part of a list.
#[derive(Clone, Debug)]
pub struct Batch {
    /// The columns, in the order of the cells.
    pub columns: Vec<Column>,
    /// The lines.
    pub lines: Vec<Line>,
    /// Whose passwords the lines may set.
    pub passwords: Resets,
}

/// A line of a list.
#[derive(Clone, Debug)]
pub struct Line {
    /// Line number in the list.
    pub number: u64,
    /// One cell for each column.
    pub cells: Vec<String>,
    /// From `password::hash`, if the line has a password. A dry run may leave the password in its cell.
    pub password_hash: Option<String>,
}

/// What became of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineReport {
    /// Line number in the list.
    pub number: u64,
    /// The userid in the line.
    pub userid: String,
    /// The name of the member after the import; of a refused line, the name in it.
    pub name: String,
    /// What was done.
    pub outcome: Outcome,
}

/// What was done with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A member was added.
    Added,
    /// The member was changed, in these columns.
    Changed(Vec<Column>),
    /// The member already was as the line says.
    Unchanged,
    /// Nothing.
    Refused(Problem),
}

/// The result of importing part of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The lines, in their order.
    pub lines: Vec<LineReport>,
    /// Paths of the departments that were created.
    pub departments: Vec<String>,
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
        let entry = LineImport { columns: &batch.columns, line, zone: &zone, passwords: batch.passwords };
        let (name, outcome) = match entry.import(tx, env, corp, &mut names, &mut new) {
            Ok(done) => done,
            Err(LineError::Fault(error)) => return Err(error),
            Err(LineError::Problem(problem)) => {
                (entry.cell(Column::Name).unwrap_or_default().to_owned(), Outcome::Refused(problem))
            }
        };
        let userid = entry.cell(Column::UserId).unwrap_or_default().to_owned();
        report.lines.push(LineReport { number: line.number, userid, name, outcome });
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

/// Sets the managers of members, once all members of the list exist. Returns the lines whose manager was refused.
pub fn managers(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    lines: Vec<ManagerLine>,
) -> Result<Vec<(ManagerLine, Problem)>> {
    let mut refused = Vec::new();
    for line in lines {
        let outcome = match user::get(tx, corp, &line.userid) {
            Ok(member) if member.profile.manager_userid == line.manager => Ok(()),
            Ok(_) => {
                let edit = |member: &mut Member| {
                    member.profile.manager_userid.clone_from(&line.manager);
                    Ok(())
                };
                user::update(tx, env, corp, &line.userid, edit).map(|_| ())
            }
            Err(error) => Err(error),
        };
        match outcome {
            Ok(()) => {}
            Err(error @ Error::Internal(_)) => return Err(error),
            Err(error) => refused.push((line, Problem::of(&error))),
        }
    }
    Ok(refused)
}

/// Returns the lines whose manager is not a member. Changes nothing.
pub fn check_managers(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    lines: Vec<ManagerLine>,
) -> Result<Vec<(ManagerLine, Problem)>> {
    let mut refused = Vec::new();
    for line in lines {
        if tx.member_no(corp, &UserId::from(line.manager.as_str()))?.is_none() {
            refused.push((line, Problem::of(&Error::Rule(Rule::UnknownManager))));
        }
    }
    Ok(refused)
}

/// A line and what is needed to interpret it.
struct LineImport<'a> {
    columns: &'a [Column],
    line: &'a Line,
    zone: &'a TimeZone,
    passwords: Resets,
}

impl LineImport<'_> {
    /// Imports the line, and returns the name of the member. Everything is checked before the first row is written, so that a bad
    /// line leaves nothing behind.
    fn import(
        &self,
        tx: &mut Tx<'_>,
        env: &Env,
        corp: &CorpId,
        names: &mut Names,
        new: &mut NewMembers,
    ) -> Result<(String, Outcome), LineError> {
        let userid = Column::UserId.text(self.cell(Column::UserId).unwrap_or_default(), 64)?;
        if userid.is_empty() {
            return Err(Column::UserId.problem(ProblemKind::Missing).into());
        }
        let userid = UserId::from(userid);
        let before = tx.member_by_userid(corp, &userid)?;
        let mut profile = before.as_ref().map(|member| member.profile.clone()).unwrap_or_default();
        for (column, cell) in self.columns.iter().zip(&self.line.cells) {
            column.write(cell, self.zone, &mut profile)?;
        }
        if profile.name.trim().is_empty() {
            return Err(Column::Name.problem(ProblemKind::Missing).into());
        }
        user::normalize_profile(tx, corp, before.as_ref(), &mut profile)?;
        if let Some(before) = &before {
            self.check_password(tx, corp, before.no)?;
        }
        let roles = self.roles(names)?;
        let plan = self.membership_plan(tx, corp, names)?;

        let departments = plan.apply(tx, env, corp, names, before.as_ref())?;
        let name = profile.name.clone();
        let mut outcome = match before {
            None => {
                let password_hash = self.line.password_hash.clone().unwrap_or_default();
                let member = NewMember { userid: None, profile, departments, password_hash };
                let number = new.next_number;
                new.next_number += 1;
                let member = user::insert(tx, env, corp, (number, userid.clone()), member)?;
                new.ungrouped.push((member.no, member.departments));
                Outcome::Added
            }
            Some(before) => {
                self.check_identity(tx, corp, &before, &profile)?;
                let after = Member { profile, departments, ..before.clone() };
                let mut changed: Vec<Column> = self.changed(&before, &after);
                if after != before {
                    // A later line may change the departments of a member that this import added.
                    if new.ungrouped.iter().any(|(member, _)| *member == before.no) {
                        group::joined(tx, env, corp, &std::mem::take(&mut new.ungrouped))?;
                    }
                    user::replace(tx, env, corp, &before, after)?;
                }
                if let Some(hash) = &self.line.password_hash {
                    user::set_password(tx, corp, before.no, hash, PasswordOrigin::Initial)?;
                }
                if self.sets_password() {
                    changed.push(Column::InitPassword);
                }
                if changed.is_empty() { Outcome::Unchanged } else { Outcome::Changed(changed) }
            }
        };
        if let Some(roles) = roles
            && !set_roles(tx, env, corp, &userid, &roles)?
        {
            outcome = match outcome {
                Outcome::Unchanged => Outcome::Changed(vec![Column::Roles]),
                Outcome::Changed(changed) => Outcome::Changed([changed, vec![Column::Roles]].concat()),
                outcome => outcome,
            };
        }
        Ok((name, outcome))
    }

    /// Returns true if the line has a password, or had one before it was hashed.
    fn sets_password(&self) -> bool {
        self.line.password_hash.is_some()
            || self.cell(Column::InitPassword).is_some_and(|cell| !cell.is_empty())
    }

    fn check_password(&self, tx: &mut Tx<'_>, corp: &CorpId, member: MemberNo) -> Result<(), LineError> {
        let is_refused = self.passwords == Resets::ExceptOperators
            && self.sets_password()
            && operator::is_operator(tx, corp, member)?;
        if is_refused { Err(Column::InitPassword.problem(ProblemKind::Protected).into()) } else { Ok(()) }
    }

    /// Refuses to change what single sign-on will find an operator by.
    fn check_identity(
        &self,
        tx: &mut Tx<'_>,
        corp: &CorpId,
        before: &Member,
        profile: &Profile,
    ) -> Result<(), LineError> {
        if self.passwords == Resets::OfAll {
            return Ok(());
        }
        let column = match sign_on::awaited_identity(tx, corp, &before.userid)? {
            Some((MatchBy::Email, email)) if email != profile.email => Column::Email,
            Some((MatchBy::Mobile, mobile)) if mobile != profile.mobile => Column::Mobile,
            _ => return Ok(()),
        };
        Err(column.problem(ProblemKind::Protected).into())
    }

    /// The columns in which a member changes. The manager is set later, and is counted here.
    fn changed(&self, before: &Member, after: &Member) -> Vec<Column> {
        let mut changed: Vec<Column> =
            Column::ALL.into_iter().filter(|column| column.differs(before, after)).collect();
        if self.cell(Column::Manager).is_some_and(|manager| manager != before.profile.manager_userid) {
            changed.push(Column::Manager);
        }
        changed
    }

    fn cell(&self, wanted: Column) -> Option<&str> {
        let index = self.columns.iter().position(|column| *column == wanted)?;
        self.line.cells.get(index).map(String::as_str)
    }

    fn roles(&self, names: &Names) -> Result<Option<Vec<RoleId>>, Problem> {
        let cell = self.cell(Column::Roles);
        cell.map(|cell| cell_items(cell).map(|item| names.role(item)).collect()).transpose()
    }

    /// Resolves the departments that the line names, and those that the member leads.
    fn membership_plan(
        &self,
        tx: &mut Tx<'_>,
        corp: &CorpId,
        names: &mut Names,
    ) -> Result<MembershipPlan, LineError> {
        let mut named = |column: Column| -> Result<Option<Vec<DepartmentRef>>, LineError> {
            let Some(cell) = self.cell(column) else { return Ok(None) };
            cell_items(cell)
                .map(|item| names.department(tx, corp, (column, item)))
                .collect::<Result<_, _>>()
                .map(Some)
        };
        Ok(MembershipPlan {
            departments: named(Column::Departments)?.unwrap_or_default(),
            leads: named(Column::Leads)?,
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
    ) -> Result<Vec<Membership>, LineError> {
        let old = before.map(|member| member.departments.clone()).unwrap_or_default();
        for (index, department) in self.departments.iter().enumerate() {
            if self.departments[..index].contains(department) {
                let twice = ProblemKind::DepartmentTwice(department.to_string());
                return Err(Column::Departments.problem(twice).into());
            }
        }
        for led in self.leads.iter().flatten() {
            let stays = matches!(led, DepartmentRef::Existing(id) if old.iter().any(|membership| membership.dept_id == *id));
            let belongs = self.departments.contains(led) || (self.departments.is_empty() && stays);
            if !belongs {
                return Err(Column::Leads.problem(ProblemKind::NotInDepartment(led.to_string())).into());
            }
        }
        if self.departments.is_empty() && old.is_empty() {
            return Err(Column::Departments.problem(ProblemKind::NoDepartment).into());
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
