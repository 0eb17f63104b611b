//! Reads lists as spreadsheet programs save them: CSV in UTF-8 or GBK, and the first sheet of an XLSX workbook.

mod encoding;
mod sheet;
mod workbook_limits;

use std::{
    io::{BufRead, BufReader, Cursor, Read, Seek, SeekFrom},
    path::Path,
};

use anyhow::{Context, Result, bail};
use csv::{ErrorKind, Position, ReaderBuilder, StringRecord, Trim};
use encoding_rs::Encoding;
use indicatif::ProgressBar;

pub use encoding::{decode, parse_encoding};

use crate::usage::open_file;

/// The advice for a file of another format.
const ADVICE: &str = "save the list as an .xlsx workbook, or as CSV in UTF-8";
/// The first bytes of an XLSX workbook, which is a zip file.
const ZIP_MAGIC: &[u8] = b"PK\x03\x04";
/// The first bytes of an older workbook, or of one with a password.
const COMPOUND_FILE_MAGIC: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// The longest first line in which the separator is searched.
const MAX_HEADER_BYTES: u64 = 64 << 10;

/// Receives the lines of a list.
pub trait LineHandler {
    /// Receives the cells of the first line.
    fn header(&mut self, names: &StringRecord) -> Result<()>;
    /// Receives the cells of another line.
    fn line(&mut self, number: u64, cells: &StringRecord) -> Result<()>;
    /// Receives the reason why a line cannot be read.
    fn reject_line(&mut self, number: u64, reason: String);
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
    /// Opens a file and detects its format. `bar` shows the progress of reading.
    pub fn open(path: &Path, encoding: Option<&'static Encoding>, bar: &ProgressBar) -> Result<Self> {
        let mut file = open_file(path)?;
        let metadata = file.metadata()?;
        bar.set_length(metadata.len());
        // A pipe cannot be read twice: it is taken as text.
        if metadata.is_file() {
            let mut start = Vec::new();
            file.by_ref().take(8).read_to_end(&mut start)?;
            file.seek(SeekFrom::Start(0))?;
            if start == COMPOUND_FILE_MAGIC {
                bail!("{} is a workbook of an old format, or has a password: {ADVICE}", path.display());
            }
            if start.starts_with(ZIP_MAGIC) {
                let sheet = sheet::Sheet::open(file)
                    .with_context(|| format!("{} cannot be read as a workbook: {ADVICE}", path.display()))?;
                let format = format!("XLSX, sheet {}", sheet.name);
                return Ok(Self { content: Content::Sheet(sheet), format });
            }
        }
        let (text, encoding) = decode(file, encoding, bar)
            .with_context(|| format!("{} cannot be read: {ADVICE}", path.display()))?;
        Ok(Self { content: Content::Text(text), format: format!("CSV, {}", encoding.name()) })
    }

    /// Passes all lines to the handler.
    pub fn read_lines(self, handler: &mut impl LineHandler) -> Result<()> {
        match self.content {
            Content::Text(text) => read_csv(text, handler),
            Content::Sheet(sheet) => sheet.read_lines(handler),
        }
    }
}

fn read_csv(text: Box<dyn Read>, handler: &mut impl LineHandler) -> Result<()> {
    let mut text = BufReader::with_capacity(64 << 10, text);
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
                    handler.reject_line(line, "is not UTF-8: save the file as CSV in UTF-8".to_owned());
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
