//! A batch of an import of members, as the command line sends it to the process that has the data folder open.

use std::{num::NonZero, thread};

use carillon_domain::{
    contact::{
        import::{self, Column, Line, ManagerLine, Outcome, Problem},
        manage::Resets,
    },
    password,
};
use carillon_model::{
    env::Env,
    error::{Error, Result},
    id::{CorpId, UserId},
};
use carillon_store::{Store, Tx};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::{find_corp, signature};

/// The lines of one unit of work.
#[derive(Serialize, Deserialize)]
pub struct Batch {
    /// The short name or id of the organisation.
    pub corp: String,
    /// Whether the changes are committed.
    pub mode: Mode,
    /// The lines.
    pub content: Content,
}

/// Whether the changes are committed.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// Commits the changes.
    Import,
    /// Rolls the changes back.
    DryRun,
}

/// The lines.
#[derive(Serialize, Deserialize)]
pub enum Content {
    /// Adds and changes members.
    Members {
        /// The names of the columns.
        columns: Vec<String>,
        /// The line number and the cells of each line.
        lines: Vec<(u64, Vec<String>)>,
    },
    /// Sets the managers of members: line number, member, manager.
    Managers(Vec<(u64, String, String)>),
    /// Checks that the managers exist, for lines whose members may not exist yet.
    CheckManagers(Vec<(u64, String, String)>),
}

/// The result of a batch.
#[derive(Default, Serialize, Deserialize)]
pub struct BatchReport {
    /// Members that were added.
    pub created: u64,
    /// Members that were changed.
    pub updated: u64,
    /// Members that already equal their line.
    pub unchanged: u64,
    /// Paths of departments that were created.
    pub departments: Vec<String>,
    /// Rejected lines.
    pub bad: Vec<BadLine>,
}

/// A rejected line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadLine {
    /// The line number in the file, from 1.
    pub line: u64,
    /// The userid in the line. Empty if it has none.
    pub userid: String,
    /// Why it was rejected, for the user.
    pub reason: String,
}

impl Batch {
    /// Executes the batch. The output is JSON.
    pub fn execute(self, store: &Store, env: &Env) -> Result<Value> {
        let Self { corp, mode, content } = self;
        // Hashing is slow, so it happens before the unit of work, which blocks all others.
        let content = Prepared::of(content, env)?;
        let corp = find_corp(store, corp)?;
        let signature = signature(env, "contacts import");
        let (tx_env, corp_id) = (env.clone(), corp.clone());
        let work = move |tx: &mut Tx<'_>| content.run(tx, &tx_env, &corp_id);
        let report = match mode {
            Mode::Import => store.write_blocking(&corp, signature, work)?,
            Mode::DryRun => store.dry_run_blocking(&corp, signature, work)?,
        };
        serde_json::to_value(report).map_err(Error::internal)
    }
}

/// The lines as types of the domain.
enum Prepared {
    Members(import::Batch),
    Managers(Vec<ManagerLine>),
    CheckManagers(Vec<ManagerLine>),
}

impl Prepared {
    fn of(content: Content, env: &Env) -> Result<Self> {
        let managers = |lines: Vec<(u64, String, String)>| {
            let line =
                |(number, userid, manager)| ManagerLine { number, userid: UserId::from(userid), manager };
            lines.into_iter().map(line).collect()
        };
        Ok(match content {
            Content::Managers(lines) => Self::Managers(managers(lines)),
            Content::CheckManagers(lines) => Self::CheckManagers(managers(lines)),
            Content::Members { columns, lines } => {
                let columns: Option<Vec<Column>> = columns.iter().map(|name| Column::by_name(name)).collect();
                let columns = columns.ok_or_else(|| Error::invalid("columns", "has an unknown one"))?;
                let lines = lines.into_iter();
                let mut lines: Vec<Line> =
                    lines.map(|(number, cells)| Line { number, cells, password_hash: None }).collect();
                hash_passwords(&columns, &mut lines, env)?;
                Self::Members(import::Batch { columns, lines, passwords: Resets::OfAll })
            }
        })
    }

    fn run(self, tx: &mut Tx<'_>, env: &Env, corp: &CorpId) -> Result<BatchReport> {
        let refused = match self {
            Self::Members(batch) => return Ok(BatchReport::of(import::members(tx, env, corp, &batch)?)),
            Self::Managers(lines) => import::managers(tx, env, corp, lines)?,
            Self::CheckManagers(lines) => import::check_managers(tx, corp, lines)?,
        };
        let refused = refused.into_iter();
        let bad = refused.map(|(line, problem)| BadLine::of(line.number, line.userid.to_string(), &problem));
        Ok(BatchReport { bad: bad.collect(), ..BatchReport::default() })
    }
}

impl BatchReport {
    fn of(report: import::Report) -> Self {
        let mut counts = Self { departments: report.departments, ..Self::default() };
        for line in report.lines {
            match line.outcome {
                Outcome::Added => counts.created += 1,
                Outcome::Changed(_) => counts.updated += 1,
                Outcome::Unchanged => counts.unchanged += 1,
                Outcome::Refused(problem) => counts.bad.push(BadLine::of(line.number, line.userid, &problem)),
            }
        }
        counts
    }
}

impl BadLine {
    fn of(line: u64, userid: String, problem: &Problem) -> Self {
        Self { line, userid, reason: problem.to_string() }
    }
}

/// Hashes the passwords of the lines on all processors, and clears them. An unacceptable password stays in its cell, so that the line is
/// rejected with the reason.
fn hash_passwords(columns: &[Column], lines: &mut [Line], env: &Env) -> Result<()> {
    let Some(index) = columns.iter().position(|column| *column == Column::InitPassword) else {
        return Ok(());
    };
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    let share = lines.len().div_ceil(workers).max(1);
    thread::scope(|scope| {
        let work: Vec<_> = lines
            .chunks_mut(share)
            .map(|lines| {
                scope.spawn(move || {
                    for line in lines {
                        let Some(cell) = line.cells.get_mut(index) else { continue };
                        if password::invalid_reason(cell).is_none() {
                            line.password_hash = Some(password::hash(env, &std::mem::take(cell))?);
                        }
                    }
                    Ok(())
                })
            })
            .collect();
        work.into_iter().try_for_each(|worker| {
            worker.join().unwrap_or_else(|_| Err(Error::internal("the hashing of passwords panicked")))
        })
    })
}
