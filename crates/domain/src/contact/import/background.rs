//! Imports in the background. An uploaded list is checked chunk by chunk; somebody applies it; then it is imported chunk by chunk.
//! A chunk is one unit of work: its lines, what became of them, and how far the import is are stored together or not at all, so that
//! a restart goes on with the next chunk.

mod chunk;

use carillon_model::{
    audit::{Actor, Change, Signature, Subject},
    env::Env,
    error::{Error, Result, Rule},
    id::{CorpId, MemberImportId},
    member_import::{ImportCounts, ImportLine, ImportStatus, LineOutcome, MemberImport},
    time::{DAY_MS, HOUR_MS, MINUTE_MS, Timestamp},
};
use carillon_store::{DueWork, ImportLines, LinePosition, Store, Tx};

use super::{Column, upload::Upload};

pub use chunk::take_step;

/// Imports whose reports an organisation has. Older ones are removed.
pub const MAX_IMPORTS: i64 = 20;
/// How long a list waits until somebody applies it.
pub const READY_HOURS: i64 = 24;
/// How long the report of an import is stored.
pub const REPORT_DAYS: i64 = 30;
/// After this time, an upload that is still being stored was broken off.
const RECEIVE_MS: i64 = 10 * MINUTE_MS;
/// Chunks and refused lines that one unit of work stores, or removes.
const CHUNKS_AT_ONCE: usize = 16;
const LINES_AT_ONCE: usize = 500;

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

/// Some lines of an import from a position on. After the start, those are left out that were only checked.
pub fn lines(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    import: &MemberImport,
    outcome: Option<LineOutcome>,
    position: LinePosition,
    limit: i64,
) -> Result<Vec<ImportLine>> {
    let only_applied = import.status.has_ended() || import.status == ImportStatus::Applying;
    tx.import_lines(corp, import.id, &ImportLines { outcome, only_applied, position, limit })
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
