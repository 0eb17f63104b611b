//! A batch of an import of facts, as the command line sends it to the process that has the data folder open.

use carillon_api::facts::{self, BadLine, Lines, Mode, read_fields};
use carillon_domain::stats::fact::FactSource;
use carillon_model::{
    env::Env,
    error::{Error, Result},
};
use carillon_store::Store;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::{find_corp, write};

/// The lines of one unit of work.
#[derive(Serialize, Deserialize)]
pub struct Batch {
    /// The short name or id of the organisation.
    pub corp: String,
    /// Only checks the lines.
    pub dry_run: bool,
    /// The line number and the fields of each line.
    pub lines: Vec<(u64, Map<String, Value>)>,
}

/// The result of a batch.
#[derive(Default, Serialize, Deserialize)]
pub struct BatchReport {
    /// Facts that were new.
    pub added: usize,
    /// Facts whose ids were known.
    pub known: usize,
    /// Rejected lines. If there are any, nothing was written.
    pub bad: Vec<BadLine>,
}

impl Batch {
    /// Executes the batch. The output is JSON.
    pub fn execute(self, store: &Store, env: &Env) -> Result<Value> {
        let mut lines = Lines::default();
        for (number, fields) in self.lines {
            lines.push(number, read_fields(number, fields));
        }
        let mode = if self.dry_run { Mode::DryRun } else { Mode::AllOrNothing };
        let corp = find_corp(store, self.corp)?;
        let corp_id = corp.clone();
        let outcome = write(store, env, &corp, "facts import", move |tx, env| {
            facts::ingest(tx, env, &corp_id, lines, FactSource::Sent, mode)
        })?;
        let report =
            BatchReport { added: outcome.ingested.added, known: outcome.ingested.known, bad: outcome.bad };
        serde_json::to_value(report).map_err(Error::internal)
    }
}
