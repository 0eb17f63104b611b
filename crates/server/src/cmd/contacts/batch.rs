//! Part of a list of members on its way from the command line to whoever has the data folder open.

use std::{num::NonZero, thread};

use carillon_domain::{
    contact::import::{self, Column, Line, ManagerLine},
    password,
};
use carillon_model::{
    env::Env,
    error::{Error, Result, Rule},
    id::{CorpId, UserId},
};
use carillon_store::{Store, Tx};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::{known_corp, signature};

/// What one unit of work does.
#[derive(Serialize, Deserialize)]
pub struct Batch {
    /// The organisation.
    pub corp: String,
    /// What becomes of the changes.
    pub mode: Mode,
    /// What there is to do.
    pub content: Content,
}

/// What becomes of the changes.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// They are kept.
    Import,
    /// They are undone: a dry run.
    Rehearse,
}

/// What there is to do.
#[derive(Serialize, Deserialize)]
pub enum Content {
    /// Add and change members.
    Members {
        /// The names of the columns.
        columns: Vec<String>,
        /// The number and the cells of each line.
        lines: Vec<(u64, Vec<String>)>,
    },
    /// Give members their managers: the number of the line, the member, the manager.
    Managers(Vec<(u64, String, String)>),
    /// Look whether these managers are there, for lines of members who may not be there yet.
    KnownManagers(Vec<(u64, String, String)>),
}

/// What came of it.
#[derive(Default, Serialize, Deserialize)]
pub struct Answer {
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

/// A line that was not done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadLine {
    /// Its number in the file.
    pub line: u64,
    /// Whose it is, as it says.
    pub userid: String,
    /// What is wrong.
    pub reason: String,
}

impl Batch {
    /// Does it; the answer is JSON.
    pub fn answer(self, store: &Store, env: &Env) -> Result<Value> {
        let Self { corp, mode, content } = self;
        // The slow step comes before the unit of work, which all others wait for.
        let content = Prepared::of(content, env)?;
        let corp = known_corp(store, corp)?;
        let signature = signature(env, "contacts import");
        let (at, of) = (env.clone(), corp.clone());
        let work = move |tx: &mut Tx<'_>| content.run(tx, &at, &of);
        let report = match mode {
            Mode::Import => store.write_blocking(&corp, signature, work)?,
            Mode::Rehearse => store.dry_run_blocking(&corp, signature, work)?,
        };
        let bad = report.bad.into_iter().map(|bad| BadLine {
            line: bad.number,
            userid: bad.userid,
            reason: in_words(&bad.error),
        });
        let answer = Answer {
            created: report.created,
            updated: report.updated,
            unchanged: report.unchanged,
            departments: report.departments,
            bad: bad.collect(),
        };
        serde_json::to_value(answer).map_err(Error::internal)
    }
}

/// What there is to do, in the words of the rules.
enum Prepared {
    Members(import::Batch),
    Managers(Vec<ManagerLine>),
    KnownManagers(Vec<ManagerLine>),
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
            Content::KnownManagers(lines) => Self::KnownManagers(managers(lines)),
            Content::Members { columns, lines } => {
                let columns: Option<Vec<Column>> = columns.iter().map(|name| Column::named(name)).collect();
                let columns = columns.ok_or_else(|| Error::invalid("columns", "has an unknown one"))?;
                let lines = lines.into_iter();
                let mut lines: Vec<Line> =
                    lines.map(|(number, cells)| Line { number, cells, password_hash: None }).collect();
                hash_passwords(&columns, &mut lines, env)?;
                Self::Members(import::Batch { columns, lines })
            }
        })
    }

    fn run(self, tx: &mut Tx<'_>, env: &Env, corp: &CorpId) -> Result<import::Report> {
        match self {
            Self::Members(batch) => import::members(tx, env, corp, &batch),
            Self::Managers(lines) => import::managers(tx, env, corp, lines),
            Self::KnownManagers(lines) => import::known_managers(tx, corp, lines),
        }
    }
}

/// Hashes the passwords of the lines on all processors, and forgets them. One that is not acceptable stays in its cell, for the
/// line to be refused with the reason.
fn hash_passwords(columns: &[Column], lines: &mut [Line], env: &Env) -> Result<()> {
    let Some(place) = columns.iter().position(|column| *column == Column::InitPassword) else {
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
                        let Some(cell) = line.cells.get_mut(place) else { continue };
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

/// What is wrong with a line, for whoever typed the command.
fn in_words(error: &Error) -> String {
    let (rule, more) = match error {
        Error::Rule(rule) => (*rule, None),
        Error::RuleBecause(rule, more) => (*rule, Some(more)),
        error => return error.to_string(),
    };
    let words = match rule {
        Rule::MobileTaken => "another member has the mobile number",
        Rule::MobileInvalid => "the mobile number is missing or is none",
        Rule::EmailInvalid => {
            return format!("{} is no mail address", more.map_or("the mail address", AsRef::as_ref));
        }
        Rule::EmailTaken => "another member has the mail address",
        Rule::TelephoneTaken => "another member has the extension number",
        Rule::JobNumberTaken => "another member has the job number",
        Rule::UnknownManager => "the manager is no member",
        Rule::UnknownUser => "there is no such member",
        rule => return format!("{rule:?} {}", more.map_or("", AsRef::as_ref)),
    };
    words.to_owned()
}
