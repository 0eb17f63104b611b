//! The steps of an import: a chunk of lines is checked or imported in one unit of work, and what became of the lines is stored with it.

use std::sync::Arc;

use carillon_model::{
    audit::{Actor, Signature},
    env::Env,
    error::{Error, Result},
    id::{CorpId, UserId},
    member_import::{ImportLine, ImportStatus, LineOutcome, MemberImport},
    operator::OperatorRole,
    time::Timestamp,
};
use carillon_store::{Store, Tx};

use super::{change_status, end, tidy, unfinished};
use crate::{
    contact::{
        import::{
            self, Batch, Column, Line, LineReport, ManagerLine, Outcome, Problem,
            upload::{ChunkLines, SEAL_PURPOSE, clear_password, first_chars},
        },
        manage::Resets,
    },
    operator, password, seal,
};

/// Departments that a report names.
const NAMED_DEPARTMENTS: usize = 200;

/// Who imports, as far as rights are concerned.
fn passwords_of(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, actor: &Actor) -> Result<Option<Resets>> {
    match actor {
        Actor::Member(userid) => {
            let Some(member) = tx.member_no(corp, userid)? else { return Ok(None) };
            let rights = operator::rights(tx, env, corp, member)?;
            Ok(if rights.is_owner() {
                Some(Resets::OfAll)
            } else {
                rights.may(&[OperatorRole::Members]).then_some(Resets::ExceptOperators)
            })
        }
        Actor::App(_) => Ok(None),
        Actor::CommandLine | Actor::Server => Ok(Some(Resets::OfAll)),
    }
}

/// Does the next step of the imports of an organisation. Returns when the next one is due; `None` if a commit announces it.
pub async fn take_step(store: &Arc<Store>, env: &Env, corp: &CorpId) -> Result<Option<Timestamp>> {
    let of = corp.clone();
    let found = store.read(corp, move |tx| {
        let Some(import) = unfinished(tx, &of)?.filter(|import| import.status.is_running()) else {
            return Ok(None);
        };
        let chunk = import.step % import.chunks.max(1);
        let content = tx.import_chunk(&of, import.id, chunk)?;
        let content = content.ok_or_else(|| Error::internal("a chunk of an import is missing"))?;
        Ok(Some((import, content)))
    });
    match found.await? {
        Some((import, content)) => {
            take_chunk(store, env, corp, import, content).await?;
            Ok(Some(env.now()))
        }
        None => {
            let (of, tx_env) = (corp.clone(), env.clone());
            let signature = Signature::server(env, "member_import.tidy");
            store.write(corp, signature, move |tx| tidy(tx, &tx_env, &of)).await
        }
    }
}

/// The lines of a chunk with hashed passwords.
async fn open_chunk(
    env: &Env,
    corp: &CorpId,
    import: &MemberImport,
    content: Vec<u8>,
) -> Result<(Vec<Column>, Vec<Line>)> {
    let columns: Option<Vec<Column>> = import.columns.iter().map(|name| Column::by_name(name)).collect();
    let columns = columns.ok_or_else(|| Error::internal("an import has an unknown column"))?;
    // The managers come after all chunks.
    let hashes = import.status == ImportStatus::Applying && import.step < import.chunks;
    let password = columns.iter().position(|column| *column == Column::InitPassword).filter(|_| hashes);
    let (env, corp) = (env.clone(), corp.clone());
    let opened = tokio::task::spawn_blocking(move || {
        let text = seal::open(&env, SEAL_PURPOSE, corp.as_str(), &content)?;
        let lines: ChunkLines = serde_json::from_slice(&text).map_err(Error::internal)?;
        let lines = lines.into_iter().map(|(number, mut cells)| {
            let mut password_hash = None;
            if let Some(cell) = password.and_then(|index| cells.get_mut(index))
                && password::invalid_reason(cell).is_none()
            {
                // An unacceptable password stays in its cell, so that the line is refused with the reason.
                password_hash = Some(password::hash(&env, &std::mem::take(cell))?);
            }
            Ok(Line { number, cells, password_hash })
        });
        lines.collect::<Result<Vec<_>>>()
    });
    Ok((columns, opened.await.map_err(Error::internal)??))
}

async fn take_chunk(
    store: &Arc<Store>,
    env: &Env,
    corp: &CorpId,
    import: MemberImport,
    content: Vec<u8>,
) -> Result<()> {
    let (columns, lines) = open_chunk(env, corp, &import, content).await?;
    let chunk = Chunk { import, columns, lines };
    let (of, tx_env) = (corp.clone(), env.clone());
    if chunk.import.status == ImportStatus::Applying {
        let by = chunk.import.started.as_ref().map_or(Actor::Server, |(_, by)| by.clone());
        let signature = Signature::new(env, by, "member_import.apply");
        return store.write(corp, signature, move |tx| chunk.apply(tx, &tx_env, &of)).await;
    }
    let signature = Signature::server(env, "member_import.check");
    let chunk = Arc::new(chunk);
    let (checked, dry_of, dry_env) = (Arc::clone(&chunk), of.clone(), env.clone());
    let found = store.dry_run(corp, signature.clone(), move |tx| checked.check(tx, &dry_env, &dry_of));
    let found = found.await?;
    store.write(corp, signature, move |tx| chunk.record_check(tx, &tx_env, &of, found)).await
}

/// What became of the lines of a chunk: of each, or only of those whose manager is refused.
struct ChunkReport {
    lines: Vec<LineReport>,
    departments: Vec<String>,
    refused_managers: Vec<(ManagerLine, Problem)>,
}

struct Chunk {
    import: MemberImport,
    columns: Vec<Column>,
    lines: Vec<Line>,
}

impl Chunk {
    /// Imports the lines, or sets their managers, in the caller's unit of work.
    fn import(&self, tx: &mut Tx<'_>, env: &Env, corp: &CorpId, passwords: Resets) -> Result<ChunkReport> {
        if self.import.step >= self.import.chunks {
            return self.set_managers(tx, env, corp);
        }
        let batch = Batch { columns: self.columns.clone(), lines: self.lines.clone(), passwords };
        let report = import::members(tx, env, corp, &batch)?;
        Ok(ChunkReport { lines: report.lines, departments: report.departments, refused_managers: Vec::new() })
    }

    fn set_managers(&self, tx: &mut Tx<'_>, env: &Env, corp: &CorpId) -> Result<ChunkReport> {
        let cell = |line: &Line, wanted: Column| {
            let index = self.columns.iter().position(|column| *column == wanted);
            index.and_then(|index| line.cells.get(index)).cloned().unwrap_or_default()
        };
        let is_check = self.import.status == ImportStatus::Checking;
        let mut lines = Vec::new();
        for line in &self.lines {
            let stored = tx.import_line(corp, self.import.id, line_number(line.number))?;
            if stored.is_none_or(|line| line.outcome == LineOutcome::Refused) {
                continue;
            }
            let userid = UserId::from(cell(line, Column::UserId));
            let manager = cell(line, Column::Manager);
            // A check has added nobody, so a manager who is on the list counts as a member.
            let is_known =
                is_check && (manager.is_empty() || tx.import_has_member(corp, self.import.id, &manager)?);
            if !is_known {
                lines.push(ManagerLine { number: line.number, userid, manager });
            }
        }
        let refused_managers = if is_check {
            import::check_managers(tx, corp, lines)?
        } else {
            import::managers(tx, env, corp, lines)?
        };
        Ok(ChunkReport { lines: Vec::new(), departments: Vec::new(), refused_managers })
    }

    /// What the import of the lines would do. The caller undoes it.
    fn check(&self, tx: &mut Tx<'_>, env: &Env, corp: &CorpId) -> Result<ChunkReport> {
        let passwords =
            passwords_of(tx, env, corp, &self.import.created_by)?.unwrap_or(Resets::ExceptOperators);
        self.import(tx, env, corp, passwords)
    }

    fn record_check(&self, tx: &mut Tx<'_>, env: &Env, corp: &CorpId, report: ChunkReport) -> Result<()> {
        match self.current(tx, corp)? {
            Some(import) => self.record(tx, env, corp, import, report),
            None => Ok(()),
        }
    }

    /// Imports the lines, and records what became of them.
    fn apply(&self, tx: &mut Tx<'_>, env: &Env, corp: &CorpId) -> Result<()> {
        let Some(import) = self.current(tx, corp)? else { return Ok(()) };
        let by = import.started.as_ref().map(|(_, by)| by.clone()).unwrap_or(Actor::Server);
        let Some(passwords) = passwords_of(tx, env, corp, &by)? else {
            return end(tx, corp, import, ImportStatus::Stopped, env.now());
        };
        let report = self.import(tx, env, corp, passwords)?;
        self.record(tx, env, corp, import, report)
    }

    /// The import as it is stored now; `None` if it was called off, or the step was done.
    fn current(&self, tx: &mut Tx<'_>, corp: &CorpId) -> Result<Option<MemberImport>> {
        let current = tx.member_import(corp, self.import.id)?;
        Ok(current.filter(|import| import.status == self.import.status && import.step == self.import.step))
    }

    /// Stores what became of the lines, and that the step is done.
    fn record(
        &self,
        tx: &mut Tx<'_>,
        env: &Env,
        corp: &CorpId,
        mut import: MemberImport,
        report: ChunkReport,
    ) -> Result<()> {
        let is_applied = import.status == ImportStatus::Applying;
        for (line, source) in report.lines.into_iter().zip(&self.lines) {
            let counts = &mut import.counts;
            let (outcome, changes, problem) = match line.outcome {
                Outcome::Added => (LineOutcome::Added, Vec::new(), None),
                Outcome::Changed(columns) => (LineOutcome::Changed, columns, None),
                Outcome::Unchanged => (LineOutcome::Unchanged, Vec::new(), None),
                Outcome::Refused(problem) => (LineOutcome::Refused, Vec::new(), Some(problem)),
            };
            *match outcome {
                LineOutcome::Added => &mut counts.added,
                LineOutcome::Changed => &mut counts.changed,
                LineOutcome::Unchanged => &mut counts.unchanged,
                LineOutcome::Refused => &mut counts.refused,
            } += 1;
            let line = ImportLine {
                line: line_number(line.number),
                is_applied,
                outcome,
                userid: first_chars(&line.userid),
                name: first_chars(&line.name),
                changes: changes.into_iter().map(|column| column.name().to_owned()).collect(),
                cells: problem.as_ref().map(|_| self.cells(source)).transpose()?,
                problem: problem.as_ref().map(serde_json::to_string).transpose().map_err(Error::internal)?,
            };
            tx.put_import_line(corp, import.id, &line)?;
        }
        for (line, problem) in report.refused_managers {
            let Some(stored) = tx.import_line(corp, import.id, line_number(line.number))? else { continue };
            let source = self.lines.iter().find(|source| source.number == line.number);
            let problem = serde_json::to_string(&problem).map_err(Error::internal)?;
            let cells = source.map(|source| self.cells(source)).transpose()?;
            let stored = ImportLine { problem: Some(problem), cells, ..stored };
            tx.put_import_line(corp, import.id, &stored)?;
            import.counts.partial += 1;
        }
        for path in report.departments {
            // A check undoes each chunk, so several of them make the same department.
            if import.departments.contains(&path) {
                continue;
            }
            import.department_count += 1;
            if import.departments.len() < NAMED_DEPARTMENTS {
                import.departments.push(path);
            }
        }
        import.step += 1;
        if import.step < import.steps {
            return tx.put_member_import(corp, &import);
        }
        if is_applied {
            return end(tx, corp, import, ImportStatus::Done, env.now());
        }
        change_status(tx, corp, &import, ImportStatus::Ready);
        tx.put_member_import(corp, &MemberImport { status: ImportStatus::Ready, ..import })
    }

    /// The cells of a line as JSON, without its password.
    fn cells(&self, line: &Line) -> Result<String> {
        let mut cells = line.cells.clone();
        clear_password(&self.columns, &mut cells);
        serde_json::to_string(&cells).map_err(Error::internal)
    }
}

fn line_number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
