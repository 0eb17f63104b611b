//! Facts as lines of text, for the operation and for the import of the command line.

mod line;
mod text;

pub use line::{BadLine, read_fields};
pub use text::{Fields, each_csv, each_ndjson, ndjson_lines};

use carillon_domain::stats::fact::{self, FactSource, Ingested};
use carillon_model::{
    audit::{Change, Subject},
    env::Env,
    error::{Error, Result},
    fact::NewFact,
    id::CorpId,
};
use carillon_store::Tx;

/// Parsed lines: the good ones as facts with their line numbers, and the bad ones.
#[derive(Debug, Default)]
pub struct Lines {
    /// The facts.
    pub facts: Vec<NewFact>,
    /// The line number of each fact.
    pub numbers: Vec<u64>,
    /// The bad lines.
    pub bad: Vec<BadLine>,
}

impl Lines {
    /// Adds a parsed line.
    pub fn push(&mut self, number: u64, parsed: Result<NewFact, BadLine>) {
        match parsed {
            Ok(fact) => {
                self.facts.push(fact);
                self.numbers.push(number);
            }
            Err(bad) => self.bad.push(bad),
        }
    }
}

/// Which lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// All lines if none is bad, else nothing.
    AllOrNothing,
    /// The good lines.
    SkipBadLines,
    /// Nothing: bad lines are only reported.
    DryRun,
}

/// The result of an ingest.
#[derive(Debug, Default)]
pub struct IngestedLines {
    /// Counts of the written facts; zero after a dry run.
    pub ingested: Ingested,
    /// The bad lines, sorted by number.
    pub bad: Vec<BadLine>,
}

impl Lines {
    /// Moves lines with invalid facts to the bad ones, which are sorted by line number.
    pub fn check(&mut self, tx: &mut Tx<'_>, env: &Env, corp: &CorpId, source: FactSource) -> Result<()> {
        let Err(bad) = fact::check(tx, env, corp, &self.facts, source)? else {
            self.bad.sort_by_key(|bad| bad.line);
            return Ok(());
        };
        let mut good = vec![true; self.facts.len()];
        for fact in bad {
            good[fact.index] = false;
            let line = self.numbers[fact.index];
            self.bad.push(BadLine { line, field: fact.field, reason: fact.reason });
        }
        let mut is_good = good.iter();
        self.facts.retain(|_| is_good.next() == Some(&true));
        let mut is_good = good.iter();
        self.numbers.retain(|_| is_good.next() == Some(&true));
        self.bad.sort_by_key(|bad| bad.line);
        Ok(())
    }

    /// Splits the good lines into parts of at most `lines` lines, one for each unit of work.
    pub fn into_parts(self, lines: usize) -> impl Iterator<Item = Self> {
        let (mut facts, mut numbers) = (self.facts.into_iter(), self.numbers.into_iter());
        std::iter::from_fn(move || {
            let facts: Vec<_> = facts.by_ref().take(lines).collect();
            let numbers = numbers.by_ref().take(lines).collect();
            (!facts.is_empty()).then_some(Self { facts, numbers, bad: Vec::new() })
        })
    }
}

/// Ingests lines in one unit of work. Writes nothing in mode [`Mode::AllOrNothing`] if a line is bad.
pub fn ingest(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    mut lines: Lines,
    source: FactSource,
    mode: Mode,
) -> Result<IngestedLines> {
    lines.check(tx, env, corp, source)?;
    let write = match mode {
        Mode::AllOrNothing => lines.bad.is_empty(),
        Mode::SkipBadLines => true,
        Mode::DryRun => false,
    };
    if !write {
        return Ok(IngestedLines { ingested: Ingested::default(), bad: lines.bad });
    }
    let ingested = fact::ingest(tx, env, corp, &lines.facts, source)?;
    let ingested = ingested
        .map_err(|_| Error::internal("facts that were valid became invalid in the same unit of work"))?;
    if ingested.added > 0 {
        let first = lines.facts.first().map_or("", |fact| &fact.id);
        tx.changed(corp, Change::created(Subject::Facts, first).with("count", ingested.added));
    }
    Ok(IngestedLines { ingested, bad: lines.bad })
}
