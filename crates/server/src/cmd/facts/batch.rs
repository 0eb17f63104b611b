//! Part of a file of facts on its way to whoever has the data folder open.

use carillon_api::facts::{self, BadLine, Lines, Mode, read_fields};
use carillon_domain::stats::fact::Source;
use carillon_model::{
    env::Env,
    error::{Error, Result},
};
use carillon_store::Store;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::{known_corp, write};

/// What one unit of work does.
#[derive(Serialize, Deserialize)]
pub struct Batch {
    /// The organisation.
    pub corp: String,
    /// Only look whether the lines are good.
    pub dry_run: bool,
    /// The number and the fields of each line.
    pub lines: Vec<(u64, Map<String, Value>)>,
}

/// What came of it.
#[derive(Default, Serialize, Deserialize)]
pub struct Answer {
    /// Facts that were new.
    pub added: usize,
    /// Facts that were known.
    pub known: usize,
    /// Lines that cannot be taken in; nothing was written if there are any.
    pub bad: Vec<BadLine>,
}

impl Batch {
    /// Does it; the answer is JSON.
    pub fn answer(self, store: &Store, env: &Env) -> Result<Value> {
        let mut lines = Lines::default();
        for (number, fields) in self.lines {
            lines.push(number, read_fields(number, fields));
        }
        let mode = if self.dry_run { Mode::DryRun } else { Mode::AllOrNothing };
        let corp = known_corp(store, self.corp)?;
        let of = corp.clone();
        let taken = write(store, env, &corp, "facts import", move |tx, env| {
            facts::ingest(tx, env, &of, lines, Source::Sent, mode)
        })?;
        let answer = Answer { added: taken.ingested.added, known: taken.ingested.known, bad: taken.bad };
        serde_json::to_value(answer).map_err(Error::internal)
    }
}
