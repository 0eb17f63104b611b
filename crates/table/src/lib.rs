//! Reads lists as spreadsheet programs save them: CSV in UTF-8, UTF-16 or GBK, and the first sheet of an XLSX workbook.

mod encoding;
mod line_limit;
mod sheet;
mod workbook_limits;

use std::{
    fmt,
    io::{BufRead, BufReader, Cursor, Read, Seek, SeekFrom},
};

use anyhow::{Context, Result};
use csv::{ErrorKind, Position, ReaderBuilder, StringRecord, Trim};
use encoding_rs::Encoding;

use line_limit::LineLimit;

pub use encoding::{decode, parse_encoding, transcode};
pub use workbook_limits::WorkbookLimits;

/// The advice for a file of another format.
pub const ADVICE: &str = "save the list as an .xlsx workbook, or as CSV in UTF-8";
/// The first bytes of an XLSX workbook, which is a zip file.
const ZIP_MAGIC: &[u8] = b"PK\x03\x04";
/// The first bytes of an older workbook, or of one with a password.
const COMPOUND_FILE_MAGIC: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// The longest first line in which the separator is searched.
const MAX_HEADER_BYTES: u64 = 64 << 10;

/// A file, or its content in memory.
pub trait Source: Read + Seek + Send {}

impl<T: Read + Seek + Send> Source for T {}

/// Receives the lines of a list. Its errors end the reading.
pub trait LineHandler {
    /// Receives the cells of the first line.
    fn header(&mut self, names: &StringRecord) -> Result<()>;
    /// Receives the cells of another line.
    fn line(&mut self, number: u64, cells: &StringRecord) -> Result<()>;
    /// Receives the reason why a line cannot be read.
    fn reject_line(&mut self, number: u64, problem: LineProblem) -> Result<()>;
}

/// Why a line cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineProblem {
    /// It has bytes that are not UTF-8.
    NotUtf8,
    /// A cell has an error, such as `#N/A`.
    ErrorCell(String),
    /// It has a cell in a column, counted from 1, beyond the last one.
    ColumnBeyond(usize),
}

impl fmt::Display for LineProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUtf8 => f.write_str("is not UTF-8: save the file as CSV in UTF-8"),
            Self::ErrorCell(error) => write!(f, "has a cell that says {error}"),
            Self::ColumnBeyond(column) => write!(f, "has a cell in column {column}"),
        }
    }
}

/// Why a file cannot be read as a list.
#[derive(Debug)]
pub enum OpenError {
    /// It is a workbook of an old format, or has a password.
    OldWorkbook,
    /// It is like a workbook, and cannot be read as one.
    Workbook(anyhow::Error),
    /// It is a text that cannot be read.
    Text(anyhow::Error),
}

/// An open list.
pub struct Table {
    content: Content,
    /// The detected format, for the user.
    pub format: String,
}

enum Content {
    Text(Box<dyn Read>),
    Sheet(sheet::Sheet),
}

impl Table {
    /// Opens a file and detects its format.
    ///
    /// # Errors
    /// The file is none of the formats, or exceeds a limit of workbooks.
    pub fn open(
        mut file: impl Source + 'static,
        encoding: Option<&'static Encoding>,
        limits: &WorkbookLimits,
    ) -> Result<Self, OpenError> {
        let mut start = Vec::new();
        let read = file.by_ref().take(8).read_to_end(&mut start).and_then(|_| file.seek(SeekFrom::Start(0)));
        read.map_err(|error| OpenError::Text(error.into()))?;
        if start == COMPOUND_FILE_MAGIC {
            return Err(OpenError::OldWorkbook);
        }
        if start.starts_with(ZIP_MAGIC) {
            let sheet = sheet::Sheet::open(Box::new(file), limits).map_err(OpenError::Workbook)?;
            let format = format!("XLSX, sheet {}", sheet.name);
            return Ok(Self { content: Content::Sheet(sheet), format });
        }
        let (text, encoding) = decode(file, encoding).map_err(OpenError::Text)?;
        Ok(Self::of_text(text, encoding))
    }

    /// Reads a stream that cannot be read twice. It is taken as text: in UTF-8 unless another encoding is named.
    pub fn stream(stream: impl Read + 'static, encoding: Option<&'static Encoding>) -> Self {
        let encoding = encoding.unwrap_or(encoding_rs::UTF_8);
        Self::of_text(encoding::transcode(stream, encoding), encoding)
    }

    fn of_text(text: Box<dyn Read>, encoding: &'static Encoding) -> Self {
        Self { content: Content::Text(text), format: format!("CSV, {}", encoding.name()) }
    }

    /// Passes all lines to the handler.
    ///
    /// # Errors
    /// Those of the handler, and of a file that is damaged or exceeds a limit.
    pub fn read_lines(self, handler: &mut impl LineHandler) -> Result<()> {
        match self.content {
            Content::Text(text) => read_csv(text, handler),
            Content::Sheet(sheet) => sheet.read_lines(handler),
        }
    }
}

fn read_csv(text: Box<dyn Read>, handler: &mut impl LineHandler) -> Result<()> {
    let mut text = BufReader::with_capacity(64 << 10, LineLimit::new(text));
    // A decoder may return only a few bytes at first: read the whole first line, up to the limit.
    let mut start = Vec::new();
    text.by_ref().take(MAX_HEADER_BYTES).read_until(b'\n', &mut start)?;
    let separator = separator(&start);
    let text = Cursor::new(start).chain(text);
    let mut reader =
        ReaderBuilder::new().flexible(true).trim(Trim::All).delimiter(separator).from_reader(text);
    handler.header(reader.headers().context("the first line cannot be read")?)?;
    let mut record = StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => handler.line(record.position().map_or(0, Position::line), &record)?,
            Ok(false) => return Ok(()),
            Err(error) => match error.kind() {
                ErrorKind::Utf8 { pos, .. } => {
                    let line = pos.as_ref().map_or(0, Position::line);
                    handler.reject_line(line, LineProblem::NotUtf8)?;
                }
                _ => return Err(error).context("the file cannot be read any further"),
            },
        }
    }
}

/// Detects the separator: some programs save tabs or semicolons. No column name contains one of them.
fn separator(first: &[u8]) -> u8 {
    [b',', b'\t', b';'].into_iter().find(|separator| first.contains(separator)).unwrap_or(b',')
}
