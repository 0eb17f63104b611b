//! Facts as lines of text: what the operation takes and the command line imports.

mod line;
mod text;

pub use line::{BadLine, Line, read_fields};
pub use text::{Fields, each_csv, each_ndjson, ndjson_lines};

use carillon_domain::stats::fact::{self, Ingested, Source};
use carillon_model::{
    audit::{Change, Subject},
    env::Env,
    error::{Error, Result},
    fact::NewFact,
    id::CorpId,
};
use carillon_store::Tx;

/// Lines that were read: the good ones as facts, with their numbers, and the bad ones.
#[derive(Debug, Default)]
pub struct Lines {
    /// The facts.
    pub facts: Vec<NewFact>,
    /// The number of the line of each fact.
    pub numbers: Vec<u64>,
    /// What is wrong with the other lines.
    pub bad: Vec<BadLine>,
}

impl Lines {
    /// Takes a line in.
    pub fn push(&mut self, number: u64, read: Result<NewFact, BadLine>) {
        match read {
            Ok(fact) => {
                self.facts.push(fact);
                self.numbers.push(number);
            }
            Err(bad) => self.bad.push(bad),
        }
    }
}

/// What becomes of good lines among bad ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// All lines are good, or nothing is written.
    AllOrNothing,
    /// The good ones are written.
    GoodOnes,
    /// Nothing is written: only what is wrong is told.
    DryRun,
}

/// What became of lines.
#[derive(Debug, Default)]
pub struct Taken {
    /// What became of the good ones. Of a dry run nothing.
    pub ingested: Ingested,
    /// The bad ones, by number.
    pub bad: Vec<BadLine>,
}

impl Lines {
    /// Moves lines whose facts cannot be taken in to the bad ones, which are sorted by line then.
    pub fn check(&mut self, tx: &mut Tx<'_>, env: &Env, corp: &CorpId, source: Source) -> Result<()> {
        let Err(bad) = fact::check(tx, env, corp, &self.facts, source)? else {
            self.bad.sort_by_key(|bad| bad.line);
            return Ok(());
        };
        let mut good = vec![true; self.facts.len()];
        for one in bad {
            good[one.index] = false;
            let line = self.numbers[one.index];
            self.bad.push(BadLine { line, field: one.field, reason: one.reason });
        }
        let mut kept = good.iter();
        self.facts.retain(|_| kept.next() == Some(&true));
        let mut kept = good.iter();
        self.numbers.retain(|_| kept.next() == Some(&true));
        self.bad.sort_by_key(|bad| bad.line);
        Ok(())
    }

    /// The good lines in parts, each for a unit of work of its own.
    pub fn into_parts(self, lines: usize) -> impl Iterator<Item = Self> {
        let (mut facts, mut numbers) = (self.facts.into_iter(), self.numbers.into_iter());
        std::iter::from_fn(move || {
            let facts: Vec<_> = facts.by_ref().take(lines).collect();
            let numbers = numbers.by_ref().take(lines).collect();
            (!facts.is_empty()).then_some(Self { facts, numbers, bad: Vec::new() })
        })
    }
}

/// Takes lines in, in one unit of work. When some are bad and all had to be good, nothing is written and the bad ones are told.
pub fn take(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    mut lines: Lines,
    source: Source,
    mode: Mode,
) -> Result<Taken> {
    lines.check(tx, env, corp, source)?;
    let write = match mode {
        Mode::AllOrNothing => lines.bad.is_empty(),
        Mode::GoodOnes => true,
        Mode::DryRun => false,
    };
    if !write {
        return Ok(Taken { ingested: Ingested::default(), bad: lines.bad });
    }
    let ingested = fact::ingest(tx, env, corp, &lines.facts, source)?;
    let ingested =
        ingested.map_err(|_| Error::internal("facts that were good are not, in the same unit of work"))?;
    if ingested.added > 0 {
        let first = lines.facts.first().map_or("", |fact| &fact.id);
        tx.changed(corp, Change::created(Subject::Facts, first).with("count", ingested.added));
    }
    Ok(Taken { ingested, bad: lines.bad })
}
