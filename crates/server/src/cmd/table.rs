//! Lists as spreadsheet programs save them: CSV in UTF-8 or GBK, and the first sheet of an XLSX workbook.

mod encoding;
mod package;
mod sheet;

use std::{
    io::{BufRead, BufReader, Cursor, Read, Seek, SeekFrom},
    path::Path,
};

use anyhow::{Context, Result, bail};
use csv::{ErrorKind, Position, ReaderBuilder, StringRecord, Trim};
use encoding_rs::Encoding;
use indicatif::ProgressBar;

pub use encoding::{decoded, named};

use crate::usage::open_file;

/// What to do about a file that is none of these.
const SAVE_AS: &str = "save the list as an .xlsx workbook, or as CSV in UTF-8";
/// How a workbook of 2007 and later begins: it is a zip file.
const ZIP: &[u8] = b"PK\x03\x04";
/// How an older one begins, and one with a password.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// The longest first line that is looked at.
const FIRST_LINE_BYTES: u64 = 64 << 10;

/// What takes the lines of a list.
pub trait Lines {
    /// The cells of the first line.
    fn begin(&mut self, names: &StringRecord) -> Result<()>;
    /// The cells of another line.
    fn line(&mut self, number: u64, cells: &StringRecord) -> Result<()>;
    /// A line that cannot be read.
    fn refuse(&mut self, number: u64, reason: String);
}

/// A list that was opened.
pub struct Table {
    content: Content,
    /// How the file is read, in words.
    pub read_as: String,
}

enum Content {
    Text(Box<dyn Read>),
    Sheet(sheet::Sheet),
}

impl Table {
    /// Opens a file, and finds out what it is. `bar` tells how far it was read.
    pub fn open(path: &Path, encoding: Option<&'static Encoding>, bar: &ProgressBar) -> Result<Self> {
        let mut file = open_file(path)?;
        let metadata = file.metadata()?;
        bar.set_length(metadata.len());
        // Of a pipe no byte can be read twice: it is text.
        if metadata.is_file() {
            let mut begins = Vec::new();
            file.by_ref().take(8).read_to_end(&mut begins)?;
            file.seek(SeekFrom::Start(0))?;
            if begins == COMPOUND {
                bail!("{} is a workbook of an old format, or has a password: {SAVE_AS}", path.display());
            }
            if begins.starts_with(ZIP) {
                let sheet = sheet::Sheet::open(file)
                    .with_context(|| format!("{} cannot be read as a workbook: {SAVE_AS}", path.display()))?;
                let read_as = format!("XLSX, sheet {}", sheet.name);
                return Ok(Self { content: Content::Sheet(sheet), read_as });
            }
        }
        let (text, encoding) = decoded(file, encoding, bar)
            .with_context(|| format!("{} cannot be read: {SAVE_AS}", path.display()))?;
        Ok(Self { content: Content::Text(text), read_as: format!("CSV, {}", encoding.name()) })
    }

    /// Reads it from the first line to the last.
    pub fn each(self, lines: &mut impl Lines) -> Result<()> {
        match self.content {
            Content::Text(text) => each_of_text(text, lines),
            Content::Sheet(sheet) => sheet.each(lines),
        }
    }
}

fn each_of_text(text: Box<dyn Read>, lines: &mut impl Lines) -> Result<()> {
    let mut text = BufReader::with_capacity(64 << 10, text);
    // A decoder may give a few bytes at first: the first line is read whole, as far as a line of names can go.
    let mut begins = Vec::new();
    text.by_ref().take(FIRST_LINE_BYTES).read_until(b'\n', &mut begins)?;
    let separator = separator(&begins);
    let text = Cursor::new(begins).chain(text);
    let mut reader =
        ReaderBuilder::new().flexible(true).trim(Trim::All).delimiter(separator).from_reader(text);
    lines.begin(reader.headers().context("the first line cannot be read")?)?;
    let mut record = StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => lines.line(record.position().map_or(0, Position::line), &record)?,
            Ok(false) => return Ok(()),
            Err(error) => match error.kind() {
                ErrorKind::Utf8 { pos, .. } => {
                    let line = pos.as_ref().map_or(0, Position::line);
                    lines.refuse(line, "is not UTF-8: save the file as CSV in UTF-8".to_owned());
                }
                _ => return Err(error).context("the file cannot be read any further"),
            },
        }
    }
}

/// What stands between the cells: some programs save tabs or semicolons. No name of a column has any of them in it.
fn separator(first: &[u8]) -> u8 {
    [b',', b'\t', b';'].into_iter().find(|separator| first.contains(separator)).unwrap_or(b',')
}
