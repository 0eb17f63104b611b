//! Members from a list: whoever is there is changed, whoever is not is added. A line that cannot be accepted changes nothing, and
//! does not keep the others from being done.

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
    user::{self, NewMember},
};
use crate::group;
use names::{Named, Names, items};

pub use column::Column;

/// Part of a list.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Which column stands where.
    pub columns: Vec<Column>,
    /// The lines.
    pub lines: Vec<Line>,
}

/// A line of a list.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its number in the list.
    pub number: u64,
    /// As many cells as there are columns.
    pub cells: Vec<String>,
    /// From `password::hash`, when the line has a password.
    pub password_hash: Option<String>,
}

/// Why a line was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Its number in the list.
    pub number: u64,
    /// Whose line it is, as it says.
    pub userid: String,
    /// What is wrong.
    pub error: Error,
}

/// What became of part of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Members that were added.
    pub created: u64,
    /// Members that were changed.
    pub updated: u64,
    /// Members that were as the list says.
    pub unchanged: u64,
    /// Paths of departments that were created.
    pub departments: Vec<String>,
    /// Lines that were not done.
    pub bad: Vec<BadLine>,
}

enum Outcome {
    Created,
    Updated,
    Unchanged,
}

/// Does the lines of a batch, managers aside: they may stand further down.
pub fn members(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, batch: &Batch) -> Result<Report> {
    let zone = time::zone(&tx.state().corp(corp)?.corp.time_zone);
    let zone = zone.ok_or_else(|| Error::internal("the organisation has no known time zone"))?;
    let mut names = Names::of(tx, corp)?;
    let mut report = Report::default();
    let mut new = Vec::new();
    for line in &batch.lines {
        let entry = Entry { columns: &batch.columns, line, zone: &zone };
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
    group::joined(tx, env, corp, &new)?;
    report.departments = names.created;
    Ok(report)
}

/// Who manages whom, as a line says.
#[derive(Clone, Debug)]
pub struct ManagerLine {
    /// Its number in the list.
    pub number: u64,
    /// Who is managed.
    pub userid: UserId,
    /// By whom; empty for nobody.
    pub manager: String,
}

/// Gives members their managers, once all members of the list are there.
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

/// Tells of lines whose manager is no member, and changes nothing.
pub fn known_managers(tx: &mut Tx<'_>, corp: &CorpId, lines: Vec<ManagerLine>) -> Result<Report> {
    let mut report = Report::default();
    for line in lines {
        if tx.member_no(corp, &UserId::from(line.manager.as_str()))?.is_none() {
            let error = Error::Rule(Rule::UnknownManager);
            report.bad.push(BadLine { number: line.number, userid: line.userid.to_string(), error });
        }
    }
    Ok(report)
}

/// A line with what it takes to understand it.
struct Entry<'a> {
    columns: &'a [Column],
    line: &'a Line,
    zone: &'a TimeZone,
}

impl Entry<'_> {
    /// Everything is checked before the first row is written, so that a bad line leaves nothing behind.
    /// New members are gathered in `new`: the groups that follow the organisation get all of them at once.
    fn import(
        &self,
        tx: &mut Tx<'_>,
        env: &Env,
        corp: &CorpId,
        names: &mut Names,
        new: &mut Vec<(MemberNo, Vec<Membership>)>,
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
        user::settle_profile(tx, corp, before.as_ref(), &mut profile)?;
        let roles = self.roles(names)?;
        let plan = self.places(tx, corp, names)?;

        let departments = plan.carry_out(tx, env, corp, names, before.as_ref())?;
        let outcome = match before {
            None => {
                let password_hash = self.line.password_hash.clone().unwrap_or_default();
                let member = NewMember { userid: None, profile, departments, password_hash };
                let member = user::insert(tx, env, corp, userid.clone(), member)?;
                new.push((member.no, member.departments));
                Outcome::Created
            }
            Some(before) => {
                let after = Member { profile, departments, ..before.clone() };
                let mut outcome = Outcome::Unchanged;
                if after != before {
                    // One line may add a member whom a later one moves.
                    if new.iter().any(|(member, _)| *member == before.no) {
                        group::joined(tx, env, corp, &std::mem::take(new))?;
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
            Some(roles) => give_exactly(tx, env, corp, &userid, &roles)?,
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
        cell.map(|cell| items(cell).map(|item| names.role(item)).collect()).transpose()
    }

    /// Which departments the line names, and which of them the member leads.
    fn places(&self, tx: &mut Tx<'_>, corp: &CorpId, names: &mut Names) -> Result<Plan> {
        let mut named = |cell: &str| -> Result<Vec<Named>> {
            items(cell).map(|item| names.department(tx, corp, item)).collect()
        };
        Ok(Plan {
            departments: self.cell(Column::Departments).map(&mut named).transpose()?.unwrap_or_default(),
            leads: self.cell(Column::Leads).map(&mut named).transpose()?,
        })
    }
}

/// The departments of a line.
struct Plan {
    /// All of them; none leaves the member's departments as they are.
    departments: Vec<Named>,
    /// Those that the member leads from now on, if the line says.
    leads: Option<Vec<Named>>,
}

impl Plan {
    /// Checks the plan, creates the departments that are missing, and gives the member's places.
    fn carry_out(
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
            let stays = matches!(led, Named::There(id) if old.iter().any(|place| place.dept_id == *id));
            let belongs = self.departments.contains(led) || (self.departments.is_empty() && stays);
            if !belongs {
                let reason = format!("names {led}, which the member is not in");
                return Err(Error::invalid(Column::Leads.name(), reason));
            }
        }
        if self.departments.is_empty() && old.is_empty() {
            return Err(Error::invalid(Column::Departments.name(), "must name one for a new member"));
        }
        let mut places = old.clone();
        if !self.departments.is_empty() {
            places.clear();
            for named in self.departments {
                let id = names.there(tx, env, corp, named)?;
                let stays = old.iter().find(|place| place.dept_id == id).cloned();
                places.push(stays.unwrap_or_else(|| Membership::ordinary(id)));
            }
            // As a member is read: an unchanged one has to look unchanged.
            places.sort_by_key(|place| place.dept_id);
        }
        if let Some(leads) = self.leads {
            let mut led = Vec::new();
            for named in leads {
                led.push(names.there(tx, env, corp, named)?);
            }
            for place in &mut places {
                place.leader = led.contains(&place.dept_id);
            }
        }
        Ok(places)
    }
}

/// Gives a member these roles and no other, those of the default group aside; whether that was so already.
fn give_exactly(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    userid: &UserId,
    wanted: &[RoleId],
) -> Result<bool> {
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
