//! Imports in the background. An uploaded list is checked chunk by chunk; somebody applies it; then it is imported chunk by chunk.
//! A chunk is one unit of work: its lines, what became of them, and how far the import is are stored together or not at all, so that
//! a restart goes on with the next chunk.

use std::sync::Arc;

use carillon_model::{
    audit::{Actor, Change, Signature, Subject},
    env::Env,
    error::{Error, Result, Rule},
    id::{CorpId, MemberImportId, UserId},
    member_import::{ImportCounts, ImportLine, ImportStatus, LineOutcome, MemberImport},
    operator::OperatorRole,
    time::{DAY_MS, HOUR_MS, MINUTE_MS, Timestamp},
};
use carillon_store::{DueWork, ImportLines, Store, Tx};

use super::{
    super::manage::Resets,
    Batch, Column, Line, LineReport, ManagerLine, Outcome, Problem,
    upload::{ChunkLines, SEAL_PURPOSE, Upload, clear_password, first_chars},
};
use crate::{operator, password, seal};

/// Imports whose reports an organisation has. Older ones are removed.
pub const MAX_IMPORTS: i64 = 20;
/// How long a list waits until somebody applies it.
pub const READY_HOURS: i64 = 24;
/// How long the report of an import is stored.
pub const REPORT_DAYS: i64 = 30;
/// After this time, an upload that is still being stored was broken off.
const RECEIVE_MS: i64 = 10 * MINUTE_MS;
/// Departments that a report names.
const NAMED_DEPARTMENTS: usize = 200;
/// Chunks and refused lines that one unit of work stores, or removes.
const CHUNKS_AT_ONCE: usize = 16;
const LINES_AT_ONCE: usize = 500;

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

/// An import that has not ended, if there is one.
pub fn unfinished(tx: &mut Tx<'_>, corp: &CorpId) -> Result<Option<MemberImport>> {
    Ok(tx.member_imports(corp, MAX_IMPORTS)?.into_iter().find(|import| !import.status.has_ended()))
}

/// Returns an import, which must exist and be stored completely.
///
/// # Errors
/// [`Rule::UnknownImport`].
pub fn get(tx: &mut Tx<'_>, corp: &CorpId, id: MemberImportId) -> Result<MemberImport> {
    let import = tx.member_import(corp, id)?.filter(|import| import.status != ImportStatus::Receiving);
    import.ok_or(Error::Rule(Rule::UnknownImport))
}

/// All imports, the newest first.
pub fn list(tx: &mut Tx<'_>, corp: &CorpId) -> Result<Vec<MemberImport>> {
    let mut imports = tx.member_imports(corp, MAX_IMPORTS)?;
    imports.retain(|import| import.status != ImportStatus::Receiving);
    Ok(imports)
}

/// Stores a list, and has it checked in the background. The signature is that of whoever uploads it.
///
/// # Errors
/// [`Rule::ImportRunning`] if another import has not ended.
pub async fn submit(
    store: &Store,
    env: &Env,
    corp: &CorpId,
    signature: Signature,
    (file_name, upload): (String, Upload),
) -> Result<MemberImportId> {
    let Upload { format, columns, lines, chunks, refused } = upload;
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let new = MemberImport {
        id: MemberImportId(0),
        status: ImportStatus::Receiving,
        file_name: file_name.chars().take(120).collect(),
        format,
        columns: columns.iter().map(|column| column.name().to_owned()).collect(),
        lines: count(lines),
        unreadable: count(refused.len()),
        chunks: count(chunks.len()),
        step: 0,
        steps: count(chunks.len()) * if columns.contains(&Column::Manager) { 2 } else { 1 },
        counts: ImportCounts { refused: count(refused.len()), ..ImportCounts::default() },
        departments: Vec::new(),
        department_count: 0,
        created_at: env.now(),
        created_by: signature.actor.clone(),
        started: None,
        ended_at: None,
    };
    let (of, tx_env) = (corp.clone(), env.clone());
    let begun = store.write(corp, signature.clone(), move |tx| begin(tx, &tx_env, &of, new));
    let id = begun.await?;
    // In several units of work: one would hold up all others.
    let mut number = 0;
    let mut chunks = chunks.into_iter().peekable();
    while chunks.peek().is_some() {
        let some: Vec<Vec<u8>> = chunks.by_ref().take(CHUNKS_AT_ONCE).collect();
        let (of, first) = (corp.clone(), number);
        number += count(some.len());
        let stored = store.write(corp, signature.clone(), move |tx| {
            require_receiving(tx, &of, id)?;
            (first..)
                .zip(&some)
                .try_for_each(|(number, chunk)| tx.insert_import_chunk(&of, id, number, chunk))
        });
        stored.await?;
    }
    let mut refused = refused.into_iter().peekable();
    while refused.peek().is_some() {
        let some: Vec<ImportLine> = refused.by_ref().take(LINES_AT_ONCE).collect();
        let of = corp.clone();
        let stored = store.write(corp, signature.clone(), move |tx| {
            require_receiving(tx, &of, id)?;
            some.iter().try_for_each(|line| tx.put_import_line(&of, id, line))
        });
        stored.await?;
    }
    let (of, now) = (corp.clone(), env.now());
    let complete = store.write(corp, signature, move |tx| {
        let import = require_receiving(tx, &of, id)?;
        let change = Change::created(Subject::MemberImport, id);
        tx.changed(&of, change.with("file", &import.file_name).with("lines", import.lines));
        // A list of which no line can be read has nothing to check.
        let status = if import.steps == 0 { ImportStatus::Ready } else { ImportStatus::Checking };
        tx.put_member_import(&of, &MemberImport { status, ..import })?;
        tx.becomes_due(&of, DueWork::MemberImports, now);
        Ok(id)
    });
    complete.await
}

fn begin(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, new: MemberImport) -> Result<MemberImportId> {
    let now = env.now();
    // An upload that was broken off is removed later.
    let is_abandoned = |other: &MemberImport| {
        other.status == ImportStatus::Receiving && now >= other.created_at.plus_ms(RECEIVE_MS)
    };
    if unfinished(tx, corp)?.is_some_and(|other| !is_abandoned(&other)) {
        return Err(Rule::ImportRunning.into());
    }
    let id = MemberImportId(tx.next_number(corp, "member_import")?);
    tx.put_member_import(corp, &MemberImport { id, ..new })?;
    tx.becomes_due(corp, DueWork::MemberImports, now.plus_ms(RECEIVE_MS));
    Ok(id)
}

fn require_receiving(tx: &mut Tx<'_>, corp: &CorpId, id: MemberImportId) -> Result<MemberImport> {
    // Another one has taken its place after it took too long.
    let newest = unfinished(tx, corp)?.filter(|import| import.id == id);
    let import = newest.filter(|import| import.status == ImportStatus::Receiving);
    import.ok_or(Error::Rule(Rule::UnknownImport))
}

/// Begins to import the lines of a list that was checked, in the background. Every chunk checks anew that the actor may import.
///
/// # Errors
/// [`Rule::UnknownImport`], [`Rule::ImportStatusWrong`].
pub fn apply(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, id: MemberImportId, actor: &Actor) -> Result<()> {
    let import = get(tx, corp, id)?;
    if import.status != ImportStatus::Ready {
        return Err(Rule::ImportStatusWrong.into());
    }
    let now = env.now();
    change_status(tx, corp, &import, ImportStatus::Applying);
    let applying = MemberImport {
        status: ImportStatus::Applying,
        step: 0,
        counts: ImportCounts { refused: import.unreadable, ..ImportCounts::default() },
        departments: Vec::new(),
        department_count: 0,
        started: Some((now, actor.clone())),
        ..import
    };
    if applying.steps == 0 {
        return end(tx, corp, applying, ImportStatus::Done, now);
    }
    tx.put_member_import(corp, &applying)?;
    tx.becomes_due(corp, DueWork::MemberImports, now);
    Ok(())
}

/// Calls an import off. What was imported before stays.
///
/// # Errors
/// [`Rule::UnknownImport`], [`Rule::ImportStatusWrong`] if it has ended.
pub fn cancel(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, id: MemberImportId) -> Result<()> {
    let import = get(tx, corp, id)?;
    if import.status.has_ended() {
        return Err(Rule::ImportStatusWrong.into());
    }
    end(tx, corp, import, ImportStatus::Cancelled, env.now())
}

fn end(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    import: MemberImport,
    status: ImportStatus,
    now: Timestamp,
) -> Result<()> {
    change_status(tx, corp, &import, status);
    // Nothing was imported, so the counts of the check would be wrong.
    let counts = match import.started {
        Some(_) => import.counts,
        None => ImportCounts { refused: import.unreadable, ..ImportCounts::default() },
    };
    tx.put_member_import(corp, &MemberImport { status, counts, ended_at: Some(now), ..import })?;
    tx.becomes_due(corp, DueWork::MemberImports, now);
    Ok(())
}

fn change_status(tx: &mut Tx<'_>, corp: &CorpId, import: &MemberImport, status: ImportStatus) {
    let change = Change::updated(Subject::MemberImport, import.id);
    tx.changed(corp, change.between("status", import.status.as_str(), status.as_str()));
}

/// Lines of an import on a page. After the start, those are left out that were only checked.
pub fn lines(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    import: &MemberImport,
    outcome: Option<LineOutcome>,
    (after, offset, limit): (i64, i64, i64),
) -> Result<Vec<ImportLine>> {
    let only_applied = import.status.has_ended() || import.status == ImportStatus::Applying;
    tx.import_lines(corp, import.id, &ImportLines { outcome, only_applied, after, offset, limit })
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
        let report = super::members(tx, env, corp, &batch)?;
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
            super::check_managers(tx, corp, lines)?
        } else {
            super::managers(tx, env, corp, lines)?
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

/// Ends imports that nobody applied, and removes what is not needed any more, a bounded number of rows at a time. Returns when there
/// is more to do.
fn tidy(tx: &mut Tx<'_>, env: &Env, corp: &CorpId) -> Result<Option<Timestamp>> {
    let now = env.now();
    let mut next: Option<Timestamp> = None;
    let mut due_at = |at: Timestamp| next = Some(next.map_or(at, |earlier| earlier.min(at)));
    // One more than there may be, to find those that a new one replaces.
    for (import, position) in tx.member_imports(corp, MAX_IMPORTS + 1)?.into_iter().zip(0..) {
        let id = import.id;
        let expires_at = match import.status {
            ImportStatus::Receiving => import.created_at.plus_ms(RECEIVE_MS),
            ImportStatus::Ready => import.created_at.plus_ms(READY_HOURS * HOUR_MS),
            ImportStatus::Checking | ImportStatus::Applying => continue,
            ImportStatus::Done | ImportStatus::Cancelled | ImportStatus::Stopped => {
                if tx.delete_import_chunks(corp, id, CHUNKS_AT_ONCE as i64)? == CHUNKS_AT_ONCE {
                    return Ok(Some(now));
                }
                let ended_at = import.ended_at.unwrap_or(import.created_at);
                if position >= MAX_IMPORTS { now } else { ended_at.plus_ms(REPORT_DAYS * DAY_MS) }
            }
        };
        if now < expires_at {
            due_at(expires_at);
            continue;
        }
        if import.status == ImportStatus::Ready {
            end(tx, corp, import, ImportStatus::Cancelled, now)?;
            return Ok(Some(now));
        }
        if tx.delete_import_chunks(corp, id, CHUNKS_AT_ONCE as i64)? == CHUNKS_AT_ONCE {
            return Ok(Some(now));
        }
        if tx.delete_import_lines(corp, id, LINES_AT_ONCE as i64)? == LINES_AT_ONCE {
            return Ok(Some(now));
        }
        tx.delete_member_import(corp, id)?;
        return Ok(Some(now));
    }
    Ok(next)
}
