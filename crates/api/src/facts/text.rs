//! Parsers for NDJSON and CSV.

use std::io::{BufRead, Read};

use csv::{ReaderBuilder, StringRecord, Trim};
use serde_json::{Map, Value};

use super::{
    BadLine, Lines,
    line::{read_fields, read_plain},
};

/// Bytes of a line.
const MAX_LINE_BYTES: usize = 64 << 10;

/// The fields of a line, or why it is refused.
pub type Fields = Result<Map<String, Value>, BadLine>;

/// Reads NDJSON: one object on each line. Skips empty lines. Returns at most `max_lines` lines and a bad one if there are more.
///
/// # Errors
/// Those of the reader.
pub fn ndjson_lines(text: impl BufRead, max_lines: usize) -> std::io::Result<Lines> {
    let mut lines = Lines::default();
    each_line::<std::io::Error>(text, |number, line| {
        let fact = match line {
            Ok(line) => match read_plain(line) {
                Some(fact) => Ok(fact),
                None => object(number, line).and_then(|fields| read_fields(number, fields)),
            },
            Err(bad) => Err(bad),
        };
        lines.push(number, fact);
        Ok(!lines.is_full(max_lines, number))
    })?;
    Ok(lines)
}

/// Reads NDJSON line by line until `take` returns false.
pub fn each_ndjson<E: From<std::io::Error>>(
    text: impl BufRead,
    mut take: impl FnMut(u64, Fields) -> Result<bool, E>,
) -> Result<(), E> {
    each_line(text, |number, line| take(number, line.and_then(|line| object(number, line))))
}

/// Parses a line of NDJSON.
fn object(number: u64, line: &[u8]) -> Fields {
    serde_json::from_slice(line).map_err(|error| BadLine {
        line: number,
        field: String::new(),
        reason: format!("is not a JSON object: {error}"),
    })
}

/// Splits a text into lines, without blank ones, until `take` returns false. A line that is too long is the last one.
fn each_line<E: From<std::io::Error>>(
    mut text: impl BufRead,
    mut take: impl FnMut(u64, Result<&[u8], BadLine>) -> Result<bool, E>,
) -> Result<(), E> {
    let mut buffer = Vec::new();
    let mut number = 0;
    loop {
        buffer.clear();
        // One more byte than allowed shows that the line is too long.
        let limit = (MAX_LINE_BYTES + 1) as u64;
        if (&mut text).take(limit).read_until(b'\n', &mut buffer)? == 0 {
            return Ok(());
        }
        number += 1;
        if buffer.len() > MAX_LINE_BYTES && !buffer.ends_with(b"\n") {
            let reason = format!("has more than {MAX_LINE_BYTES} bytes; what follows was not read");
            take(number, Err(BadLine { line: number, field: String::new(), reason }))?;
            return Ok(());
        }
        let line = buffer.trim_ascii();
        if !line.is_empty() && !take(number, Ok(line))? {
            return Ok(());
        }
    }
}

/// Reads CSV line by line until `take` returns false. The first line has the names of the fields; an empty cell is an absent field.
pub fn each_csv<E: From<csv::Error>>(
    text: impl Read,
    mut take: impl FnMut(u64, Fields) -> Result<bool, E>,
) -> Result<(), E> {
    let mut reader = ReaderBuilder::new().flexible(true).trim(Trim::All).from_reader(text);
    let names: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
    let mut record = StringRecord::new();
    while reader.read_record(&mut record)? {
        let number = record.position().map_or(0, csv::Position::line);
        let fields = if record.len() > names.len() {
            let reason = format!("has {} cells, and there are {} columns", record.len(), names.len());
            Err(BadLine { line: number, field: String::new(), reason })
        } else {
            let cells = names.iter().zip(&record).filter(|(_, cell)| !cell.is_empty());
            Ok(cells.map(|(name, cell)| (name.clone(), cell.into())).collect())
        };
        if !take(number, fields)? {
            break;
        }
    }
    Ok(())
}

impl Lines {
    /// Returns true if there are more than `max_lines` lines, which becomes the last bad line.
    fn is_full(&mut self, max_lines: usize, number: u64) -> bool {
        let is_full = self.facts.len() + self.bad.len() > max_lines;
        if is_full {
            let reason = format!("is one more than the {max_lines} that are taken at once");
            self.bad.push(BadLine { line: number, field: String::new(), reason });
        }
        is_full
    }
}
