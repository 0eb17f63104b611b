//! Texts of many lines: NDJSON and CSV.

use std::io::{BufRead, Read};

use csv::{ReaderBuilder, StringRecord, Trim};
use serde_json::{Map, Value};

use super::{BadLine, Lines, read_fields};

/// Bytes of a line.
const LINE_BYTES: usize = 64 << 10;

/// The fields of a line, or what is wrong with it.
pub type Fields = Result<Map<String, Value>, BadLine>;

/// Reads NDJSON: an object on each line, empty lines aside. Fails only where the text cannot be read at all.
pub fn ndjson_lines(text: impl BufRead, most: usize) -> std::io::Result<Lines> {
    let mut lines = Lines::default();
    each_ndjson::<std::io::Error>(text, |number, fields| {
        lines.push(number, fields.and_then(|fields| read_fields(number, fields)));
        Ok(!lines.is_over(most, number))
    })?;
    Ok(lines)
}

/// Reads NDJSON line by line, until `take` answers false.
pub fn each_ndjson<E: From<std::io::Error>>(
    mut text: impl BufRead,
    mut take: impl FnMut(u64, Fields) -> Result<bool, E>,
) -> Result<(), E> {
    let mut buffer = Vec::new();
    let mut number = 0;
    loop {
        buffer.clear();
        // One byte more than allowed tells that there is more.
        let limit = (LINE_BYTES + 1) as u64;
        if (&mut text).take(limit).read_until(b'\n', &mut buffer)? == 0 {
            return Ok(());
        }
        number += 1;
        let bad = |reason: String| BadLine { line: number, field: String::new(), reason };
        if buffer.len() > LINE_BYTES && !buffer.ends_with(b"\n") {
            take(number, Err(bad(format!("has more than {LINE_BYTES} bytes; what follows was not read"))))?;
            return Ok(());
        }
        let line = buffer.trim_ascii();
        if line.is_empty() {
            continue;
        }
        let fields =
            serde_json::from_slice(line).map_err(|error| bad(format!("is not a JSON object: {error}")));
        if !take(number, fields)? {
            return Ok(());
        }
    }
}

/// Reads CSV line by line: the first line names the fields; an empty cell is no field.
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
    fn is_over(&mut self, most: usize, number: u64) -> bool {
        let over = self.facts.len() + self.bad.len() > most;
        if over {
            let reason = format!("is one more than the {most} that are taken at once");
            self.bad.push(BadLine { line: number, field: String::new(), reason });
        }
        over
    }
}
