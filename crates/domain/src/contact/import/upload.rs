//! Reads an uploaded list of members into chunks, within limits.

use std::{collections::HashMap, fmt, io::Cursor};

use carillon_model::{
    env::Env,
    error::{Error, Rule},
    id::CorpId,
    member_import::{ImportLine, LineOutcome},
};
use carillon_table::{LineHandler, LineProblem, OpenError, Table, WorkbookLimits};
use csv::StringRecord;
use tokio::sync::Semaphore;

use super::{
    Column,
    problem::{Problem, ProblemKind},
};
use crate::seal;

/// The most bytes of a file: what the bodies of one session may take in memory.
pub const MAX_FILE_BYTES: usize = 20 << 20;
/// The most lines of a list. Decided.
pub const MAX_LINES: usize = 100_000;
/// The most lines of a chunk, and the most bytes of their cells.
const CHUNK_LINES: usize = 250;
const CHUNK_BYTES: usize = 64 << 10;
/// The most passwords of a chunk: hashing them takes seconds.
const CHUNK_PASSWORDS: usize = 40;
/// The decompressed size of workbooks: a list of 100,000 members takes about 60 MB.
const WORKBOOK: WorkbookLimits =
    WorkbookLimits { file_bytes: MAX_FILE_BYTES as u64, unpacked_bytes: 256 << 20, part_bytes: 32 << 20 };
/// The heading of the reasons in a list of refused lines, in Chinese and English.
pub const REASON_HEADINGS: (&str, &str) = ("原因", "Reason");
/// What sealed chunks are for.
pub(super) const SEAL_PURPOSE: &str = "member_import";
/// Characters that a spreadsheet takes for the beginning of a formula. Lists that this server writes have an apostrophe before them.
const FORMULA_START: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The lines of a chunk: their numbers and cells.
pub(super) type ChunkLines = Vec<(u64, Vec<String>)>;

/// A list that was read.
pub struct Upload {
    /// The detected format.
    pub format: String,
    /// The columns.
    pub columns: Vec<Column>,
    /// The number of lines, with those that were refused.
    pub lines: usize,
    /// The other lines, sealed.
    pub chunks: Vec<Vec<u8>>,
    /// Lines that cannot be read, or repeat the unique value of an earlier line.
    pub refused: Vec<ImportLine>,
}

/// Why a file cannot be read as a list of members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UploadError {
    /// It has more than [`MAX_FILE_BYTES`].
    TooLarge,
    /// It is a workbook of an old format, or has a password.
    OldWorkbook,
    /// It is a workbook that is damaged, or larger than a list.
    Workbook(String),
    /// Its text cannot be read to the end.
    Text(String),
    /// It has more than [`MAX_LINES`].
    TooManyLines,
    /// It has no line besides that of the columns.
    NoLines,
    /// The first line has a name that is no column.
    UnknownColumn(String),
    /// The first line names a column twice.
    RepeatedColumn(Column),
    /// The first line does not name the column of userids.
    NoUserId,
    /// Another list is being read.
    Busy,
}

impl std::error::Error for UploadError {}

impl fmt::Display for UploadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => write!(f, "must have at most {} MB", MAX_FILE_BYTES >> 20),
            Self::OldWorkbook => f.write_str("is a workbook of an old format, or has a password"),
            Self::Workbook(reason) => write!(f, "cannot be read as a workbook: {reason}"),
            Self::Text(reason) => write!(f, "cannot be read as CSV: {reason}"),
            Self::TooManyLines => write!(f, "must have at most {MAX_LINES} lines"),
            Self::NoLines => f.write_str("has no line besides that of the columns"),
            Self::UnknownColumn(name) => write!(f, "names {name:?} in the first line, which is not a column"),
            Self::RepeatedColumn(column) => write!(f, "names {} twice in the first line", column.name()),
            Self::NoUserId => write!(f, "does not name {} in the first line", Column::UserId.name()),
            Self::Busy => f.write_str("cannot be read now: another list is being read"),
        }
    }
}

impl From<UploadError> for Error {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::Busy => Rule::Overloaded.into(),
            error => Self::invalid("file", error.to_string()),
        }
    }
}

/// Reads a file on a blocking thread. One at a time: a large one takes some hundred megabytes.
///
/// # Errors
/// Those of [`read`], and [`UploadError::Busy`].
pub async fn read_uploaded(
    env: &Env,
    corp: &CorpId,
    content: impl AsRef<[u8]> + Send + 'static,
) -> Result<Upload, UploadError> {
    static PERMITS: Semaphore = Semaphore::const_new(1);
    let permit = PERMITS.try_acquire().map_err(|_| UploadError::Busy)?;
    let (env, corp) = (env.clone(), corp.clone());
    let read = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        read(&env, &corp, content)
    });
    read.await.unwrap_or_else(|_| Err(UploadError::Text("it is damaged".to_owned())))
}

/// Reads a file. This takes seconds for a large one: never call it inside of a unit of work or on a thread of the runtime.
///
/// # Errors
/// The file is no list of members, or exceeds a limit.
pub fn read(
    env: &Env,
    corp: &CorpId,
    content: impl AsRef<[u8]> + Send + 'static,
) -> Result<Upload, UploadError> {
    if content.as_ref().len() > MAX_FILE_BYTES {
        return Err(UploadError::TooLarge);
    }
    let table = Table::open(Cursor::new(content), None, &WORKBOOK).map_err(|error| match error {
        OpenError::OldWorkbook => UploadError::OldWorkbook,
        OpenError::Workbook(reason) => UploadError::Workbook(format!("{reason:#}")),
        OpenError::Text(reason) => UploadError::Text(format!("{reason:#}")),
    })?;
    let mut reader = UploadReader {
        env,
        corp,
        upload: Upload {
            format: table.format.clone(),
            columns: Vec::new(),
            lines: 0,
            chunks: Vec::new(),
            refused: Vec::new(),
        },
        ignored: None,
        unique_values: HashMap::new(),
        pending: Vec::new(),
        pending_bytes: 0,
        pending_passwords: 0,
    };
    let read = table.read_lines(&mut reader).and_then(|()| reader.end_chunk());
    read.map_err(|error| match error.downcast::<UploadError>() {
        Ok(error) => error,
        Err(error) => UploadError::Text(format!("{error:#}")),
    })?;
    if reader.upload.lines == 0 {
        return Err(UploadError::NoLines);
    }
    Ok(reader.upload)
}

struct UploadReader<'a> {
    env: &'a Env,
    corp: &'a CorpId,
    upload: Upload,
    /// The position of the column of reasons.
    ignored: Option<usize>,
    /// The line of each value that must be unique.
    unique_values: HashMap<(Column, String), u64>,
    pending: ChunkLines,
    pending_bytes: usize,
    pending_passwords: usize,
}

impl UploadReader<'_> {
    fn count_line(&mut self) -> anyhow::Result<()> {
        self.upload.lines += 1;
        if self.upload.lines > MAX_LINES { Err(UploadError::TooManyLines.into()) } else { Ok(()) }
    }

    fn index(&self, wanted: Column) -> Option<usize> {
        self.upload.columns.iter().position(|column| *column == wanted)
    }

    fn cell<'c>(&self, cells: &'c [String], wanted: Column) -> &'c str {
        self.index(wanted).and_then(|index| cells.get(index)).map_or("", String::as_str)
    }

    /// Returns a problem if a column that must be unique has the value of an earlier line.
    fn repeated(&mut self, number: u64, cells: &[String]) -> Option<Problem> {
        for column in Column::UNIQUE {
            let value = self.cell(cells, column);
            if value.is_empty() {
                continue;
            }
            let key = (column, column.canonical(value).into_owned());
            if let Some(earlier) = self.unique_values.get(&key) {
                return Some(Problem::in_column(column, ProblemKind::OnLine(*earlier)));
            }
            self.unique_values.insert(key, number);
        }
        None
    }

    fn refuse(&mut self, number: u64, mut cells: Vec<String>, problem: &Problem) -> anyhow::Result<()> {
        let (userid, name) =
            (self.cell(&cells, Column::UserId).to_owned(), self.cell(&cells, Column::Name).to_owned());
        clear_password(&self.upload.columns, &mut cells);
        self.upload.refused.push(ImportLine {
            line: i64::try_from(number)?,
            is_applied: true,
            outcome: LineOutcome::Refused,
            userid: first_chars(&userid),
            name: first_chars(&name),
            changes: Vec::new(),
            problem: Some(serde_json::to_string(problem)?),
            cells: Some(serde_json::to_string(&cells)?),
        });
        Ok(())
    }

    fn end_chunk(&mut self) -> anyhow::Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let text = serde_json::to_vec(&std::mem::take(&mut self.pending))?;
        (self.pending_bytes, self.pending_passwords) = (0, 0);
        self.upload.chunks.push(seal::seal(self.env, SEAL_PURPOSE, self.corp.as_str(), &text)?);
        Ok(())
    }
}

/// Enough of a cell to recognise a line.
pub(super) fn first_chars(cell: &str) -> String {
    cell.chars().take(80).collect()
}

/// Takes the password out of a line that is shown.
pub(super) fn clear_password(columns: &[Column], cells: &mut [String]) {
    if let Some(index) = columns.iter().position(|column| *column == Column::InitPassword)
        && let Some(cell) = cells.get_mut(index)
    {
        cell.clear();
    }
}

/// A cell without the apostrophe that lists of this server have before what looks like a formula.
pub fn plain_cell(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(FORMULA_START)).unwrap_or(cell)
}

impl LineHandler for UploadReader<'_> {
    fn header(&mut self, names: &StringRecord) -> anyhow::Result<()> {
        for (index, name) in names.iter().enumerate() {
            // The list of refused lines, with its reasons, may be uploaded again.
            if self.ignored.is_none() && [REASON_HEADINGS.0, REASON_HEADINGS.1].contains(&name) {
                self.ignored = Some(index);
                continue;
            }
            let column =
                Column::by_name(name).ok_or_else(|| UploadError::UnknownColumn(first_chars(name)))?;
            if self.upload.columns.contains(&column) {
                return Err(UploadError::RepeatedColumn(column).into());
            }
            self.upload.columns.push(column);
        }
        if self.upload.columns.contains(&Column::UserId) { Ok(()) } else { Err(UploadError::NoUserId.into()) }
    }

    fn line(&mut self, number: u64, record: &StringRecord) -> anyhow::Result<()> {
        let is_blank = record.iter().all(str::is_empty);
        if is_blank {
            return Ok(());
        }
        self.count_line()?;
        let columns = self.upload.columns.len();
        let named = record.iter().enumerate().filter(|(index, _)| Some(*index) != self.ignored);
        let count = named.clone().count();
        let cells: Vec<String> = named.take(columns).map(|(_, cell)| plain_cell(cell).to_owned()).collect();
        if count != columns {
            let problem = Problem::of_line(ProblemKind::CellCount { cells: count, columns });
            return self.refuse(number, cells, &problem);
        }
        if let Some(problem) = self.repeated(number, &cells) {
            return self.refuse(number, cells, &problem);
        }
        let bytes: usize = cells.iter().map(|cell| cell.len() + 4).sum();
        let has_password = !self.cell(&cells, Column::InitPassword).is_empty();
        let is_full = self.pending.len() >= CHUNK_LINES
            || self.pending_bytes + bytes > CHUNK_BYTES
            || self.pending_passwords >= CHUNK_PASSWORDS;
        if is_full {
            self.end_chunk()?;
        }
        self.pending_bytes += bytes;
        self.pending_passwords += usize::from(has_password);
        self.pending.push((number, cells));
        Ok(())
    }

    fn reject_line(&mut self, number: u64, problem: LineProblem) -> anyhow::Result<()> {
        self.count_line()?;
        let kind = match problem {
            LineProblem::NotUtf8 => ProblemKind::NotUtf8,
            LineProblem::ErrorCell(error) => ProblemKind::ErrorCell(error),
            LineProblem::ColumnBeyond(column) => ProblemKind::ColumnBeyond(column),
        };
        self.refuse(number, Vec::new(), &Problem::of_line(kind))
    }
}
