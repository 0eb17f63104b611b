//! Imports of members that run in the background, with their lines.

use std::sync::LazyLock;

use carillon_model::{
    audit::Actor,
    error::{Error, Result},
    id::{CorpId, MemberImportId},
    member_import::{ImportCounts, ImportLine, ImportStatus, LineOutcome, MemberImport},
    time::Timestamp,
};

use crate::{
    sql::{Row, Value, insert_sql},
    tx::Tx,
};

const COLUMNS: [&str; 23] = [
    "corp_id",
    "import_id",
    "status",
    "file_name",
    "format",
    "columns",
    "lines",
    "unreadable",
    "chunks",
    "step",
    "steps",
    "added",
    "changed",
    "unchanged",
    "refused",
    "partial",
    "departments",
    "department_count",
    "created_at",
    "created_by",
    "started_at",
    "started_by",
    "ended_at",
];

const LINE_COLUMNS: [&str; 10] =
    ["corp_id", "import_id", "line", "applied", "outcome", "userid", "name", "changes", "problem", "cells"];

static INSERT: LazyLock<String> = LazyLock::new(|| insert_sql("member_import", &COLUMNS));
static SELECT_ONE: LazyLock<String> = LazyLock::new(|| {
    format!("SELECT {} FROM member_import WHERE corp_id = ?1 AND import_id = ?2", COLUMNS.join(", "))
});
static SELECT_NEWEST: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {} FROM member_import WHERE corp_id = ?1 ORDER BY import_id DESC LIMIT ?2",
        COLUMNS.join(", ")
    )
});
static INSERT_LINE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "{} ON CONFLICT (corp_id, import_id, line) DO UPDATE
         SET applied = ?4, outcome = ?5, userid = ?6, name = ?7, changes = ?8, problem = ?9, cells = ?10",
        insert_sql("member_import_line", &LINE_COLUMNS)
    )
});
static SELECT_OUTCOME: LazyLock<[String; 2]> = LazyLock::new(|| {
    ["line > ?5 ORDER BY line", "line < ?5 ORDER BY line DESC"].map(|part| {
        format!(
            "SELECT {} FROM member_import_line WHERE corp_id = ?1 AND import_id = ?2 AND outcome = ?3 AND applied >= ?4
             AND {part} LIMIT ?6",
            LINE_COLUMNS.join(", ")
        )
    })
});
static SELECT_PROBLEMS: LazyLock<[String; 2]> = LazyLock::new(|| {
    ["line > ?4 ORDER BY line", "line < ?4 ORDER BY line DESC"].map(|part| {
        format!(
            "SELECT {} FROM member_import_line WHERE corp_id = ?1 AND import_id = ?2 AND problem IS NOT NULL AND applied >= ?3
             AND {part} LIMIT ?5",
            LINE_COLUMNS.join(", ")
        )
    })
});

/// The position from which lines are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinePosition {
    /// Lines after a number, in the order of the list. Numbers begin with 1.
    After(i64),
    /// Lines before a number, backwards.
    Before(i64),
}

/// Which lines of an import to read.
#[derive(Clone, Copy, Debug)]
pub struct ImportLines {
    /// Those with an outcome; `None` for those with a problem.
    pub outcome: Option<LineOutcome>,
    /// Whether lines that were only checked are left out.
    pub only_applied: bool,
    /// Where to begin, and in which direction.
    pub position: LinePosition,
    /// The most lines.
    pub limit: i64,
}

impl Tx<'_> {
    /// Stores an import, in place of the one with its id.
    pub fn put_member_import(&mut self, corp: &CorpId, import: &MemberImport) -> Result<()> {
        self.execute(
            "DELETE FROM member_import WHERE corp_id = ?1 AND import_id = ?2",
            &[corp.into(), import.id.into()],
        )?;
        let columns = import.columns.join(",");
        let departments = serde_json::to_string(&import.departments).map_err(Error::internal)?;
        let (created_by, started_by) =
            (actor_text(&import.created_by), import.started.as_ref().map(|(_, by)| actor_text(by)));
        let counts = &import.counts;
        let values: [Value<'_>; COLUMNS.len()] = [
            corp.into(),
            import.id.into(),
            import.status.as_str().into(),
            (&import.file_name).into(),
            (&import.format).into(),
            (&columns).into(),
            import.lines.into(),
            import.unreadable.into(),
            import.chunks.into(),
            import.step.into(),
            import.steps.into(),
            counts.added.into(),
            counts.changed.into(),
            counts.unchanged.into(),
            counts.refused.into(),
            counts.partial.into(),
            (&departments).into(),
            import.department_count.into(),
            import.created_at.into(),
            (&created_by).into(),
            import.started.as_ref().map(|(at, _)| *at).into(),
            started_by.as_ref().into(),
            import.ended_at.into(),
        ];
        self.execute(&INSERT, &values)?;
        Ok(())
    }

    /// An import.
    pub fn member_import(&mut self, corp: &CorpId, id: MemberImportId) -> Result<Option<MemberImport>> {
        self.one(&SELECT_ONE, &[corp.into(), id.into()], import)
    }

    /// Imports, the newest first.
    pub fn member_imports(&mut self, corp: &CorpId, limit: i64) -> Result<Vec<MemberImport>> {
        self.all(&SELECT_NEWEST, &[corp.into(), limit.into()], import)
    }

    /// Removes an import, whose chunks and lines were removed before.
    pub fn delete_member_import(&mut self, corp: &CorpId, id: MemberImportId) -> Result<()> {
        self.execute(
            "DELETE FROM member_import WHERE corp_id = ?1 AND import_id = ?2",
            &[corp.into(), id.into()],
        )?;
        Ok(())
    }

    /// Adds a chunk of lines.
    pub fn insert_import_chunk(
        &mut self,
        corp: &CorpId,
        id: MemberImportId,
        chunk: i64,
        content: &[u8],
    ) -> Result<()> {
        self.execute(
            "INSERT INTO member_import_chunk (corp_id, import_id, chunk, content) VALUES (?1, ?2, ?3, ?4)",
            &[corp.into(), id.into(), chunk.into(), content.into()],
        )?;
        Ok(())
    }

    /// A chunk of lines.
    pub fn import_chunk(&mut self, corp: &CorpId, id: MemberImportId, chunk: i64) -> Result<Option<Vec<u8>>> {
        self.one(
            "SELECT content FROM member_import_chunk WHERE corp_id = ?1 AND import_id = ?2 AND chunk = ?3",
            &[corp.into(), id.into(), chunk.into()],
            |row| row.get(0),
        )
    }

    /// Removes some chunks of an import. Returns how many.
    pub fn delete_import_chunks(&mut self, corp: &CorpId, id: MemberImportId, limit: i64) -> Result<usize> {
        self.execute(
            "DELETE FROM member_import_chunk WHERE corp_id = ?1 AND import_id = ?2 AND chunk IN
             (SELECT chunk FROM member_import_chunk WHERE corp_id = ?1 AND import_id = ?2 ORDER BY chunk LIMIT ?3)",
            &[corp.into(), id.into(), limit.into()],
        )
    }

    /// Stores what becomes of a line.
    pub fn put_import_line(&mut self, corp: &CorpId, id: MemberImportId, line: &ImportLine) -> Result<()> {
        let changes = line.changes.join(",");
        let values: [Value<'_>; LINE_COLUMNS.len()] = [
            corp.into(),
            id.into(),
            line.line.into(),
            line.is_applied.into(),
            line.outcome.as_str().into(),
            (&line.userid).into(),
            (&line.name).into(),
            (&changes).into(),
            line.problem.as_ref().into(),
            line.cells.as_ref().into(),
        ];
        self.execute(&INSERT_LINE, &values)?;
        Ok(())
    }

    /// A line of an import.
    pub fn import_line(
        &mut self,
        corp: &CorpId,
        id: MemberImportId,
        number: i64,
    ) -> Result<Option<ImportLine>> {
        static SELECT: LazyLock<String> = LazyLock::new(|| {
            format!(
                "SELECT {} FROM member_import_line WHERE corp_id = ?1 AND import_id = ?2 AND line = ?3",
                LINE_COLUMNS.join(", ")
            )
        });
        self.one(&SELECT, &[corp.into(), id.into(), number.into()], line)
    }

    /// Some lines of an import.
    pub fn import_lines(
        &mut self,
        corp: &CorpId,
        id: MemberImportId,
        which: &ImportLines,
    ) -> Result<Vec<ImportLine>> {
        let applied = which.only_applied.into();
        let (direction, number) = match which.position {
            LinePosition::After(number) => (0, number),
            LinePosition::Before(number) => (1, number),
        };
        let (number, limit) = (number.into(), which.limit.into());
        match which.outcome {
            Some(outcome) => {
                let outcome = outcome.as_str().into();
                let values = [corp.into(), id.into(), outcome, applied, number, limit];
                self.all(&SELECT_OUTCOME[direction], &values, line)
            }
            None => {
                let values = [corp.into(), id.into(), applied, number, limit];
                self.all(&SELECT_PROBLEMS[direction], &values, line)
            }
        }
    }

    /// Returns true if a line that was not refused has the userid.
    pub fn import_has_member(&mut self, corp: &CorpId, id: MemberImportId, userid: &str) -> Result<bool> {
        let found = self.one(
            "SELECT 1 FROM member_import_line
             WHERE corp_id = ?1 AND import_id = ?2 AND userid = ?3 AND outcome != 'refused' LIMIT 1",
            &[corp.into(), id.into(), userid.into()],
            |row| row.get::<i64>(0),
        )?;
        Ok(found.is_some())
    }

    /// Removes some lines of an import. Returns how many.
    pub fn delete_import_lines(&mut self, corp: &CorpId, id: MemberImportId, limit: i64) -> Result<usize> {
        self.execute(
            "DELETE FROM member_import_line WHERE corp_id = ?1 AND import_id = ?2 AND line IN
             (SELECT line FROM member_import_line WHERE corp_id = ?1 AND import_id = ?2 ORDER BY line LIMIT ?3)",
            &[corp.into(), id.into(), limit.into()],
        )
    }
}

/// The kind and the id of an actor, separated by a blank.
fn actor_text(actor: &Actor) -> String {
    let (kind, id) = actor.kind_and_id();
    format!("{kind} {id}")
}

fn actor(text: &str) -> Result<Actor> {
    let (kind, id) = text.split_once(' ').unwrap_or((text, ""));
    Actor::parse(kind, id)
}

fn texts(list: &str) -> Vec<String> {
    list.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn import(row: &Row<'_>) -> Result<MemberImport> {
    let status = row.get::<String>(2)?;
    let started = row.get::<Option<Timestamp>>(20)?.zip(row.get::<Option<String>>(21)?);
    Ok(MemberImport {
        id: row.get(1)?,
        status: ImportStatus::parse(&status).ok_or_else(|| Error::internal("unknown status of an import"))?,
        file_name: row.get(3)?,
        format: row.get(4)?,
        columns: texts(&row.get::<String>(5)?),
        lines: row.get(6)?,
        unreadable: row.get(7)?,
        chunks: row.get(8)?,
        step: row.get(9)?,
        steps: row.get(10)?,
        counts: ImportCounts {
            added: row.get(11)?,
            changed: row.get(12)?,
            unchanged: row.get(13)?,
            refused: row.get(14)?,
            partial: row.get(15)?,
        },
        departments: serde_json::from_str(&row.get::<String>(16)?).map_err(Error::internal)?,
        department_count: row.get(17)?,
        created_at: row.get(18)?,
        created_by: actor(&row.get::<String>(19)?)?,
        started: started.map(|(at, by)| actor(&by).map(|by| (at, by))).transpose()?,
        ended_at: row.get(22)?,
    })
}

fn line(row: &Row<'_>) -> Result<ImportLine> {
    let outcome = row.get::<String>(4)?;
    Ok(ImportLine {
        line: row.get(2)?,
        is_applied: row.get(3)?,
        outcome: LineOutcome::parse(&outcome)
            .ok_or_else(|| Error::internal("unknown outcome of a line of an import"))?,
        userid: row.get(5)?,
        name: row.get(6)?,
        changes: texts(&row.get::<String>(7)?),
        problem: row.get(8)?,
        cells: row.get(9)?,
    })
}
