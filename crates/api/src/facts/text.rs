//! Texts of many lines: NDJSON and CSV.

use std::io::{BufRead, Read};

use csv::{ReaderBuilder, StringRecord, Trim};
use serde_json::{Map, Value};

use super::{BadLine, Lines, read_fields};

/// Bytes of a line.
const LINE_BYTES: usize = 64 << 10;

/// Reads NDJSON: an object on each line, empty lines aside. Fails only where the text cannot be read at all.
pub fn ndjson_lines(mut text: impl BufRead, most: usize) -> std::io::Result<Lines> {
    let mut lines = Lines::default();
    let mut buffer = Vec::new();
    let mut number = 0;
    loop {
        buffer.clear();
        // One byte more than allowed tells that there is more.
        let limit = (LINE_BYTES + 1) as u64;
        if (&mut text).take(limit).read_until(b'\n', &mut buffer)? == 0 {
            return Ok(lines);
        }
        number += 1;
        let whole = |reason: String| BadLine { line: number, field: String::new(), reason };
        if buffer.len() > LINE_BYTES && !buffer.ends_with(b"\n") {
            lines.bad.push(whole(format!("has more than {LINE_BYTES} bytes; what follows was not read")));
            return Ok(lines);
        }
        let line = buffer.trim_ascii();
        if line.is_empty() {
            continue;
        }
        let read = match serde_json::from_slice::<Map<String, Value>>(line) {
            Ok(fields) => read_fields(number, fields),
            Err(error) => Err(whole(format!("is not a JSON object: {error}"))),
        };
        lines.push(number, read);
        if lines.is_over(most, number) {
            return Ok(lines);
        }
    }
}

/// Reads CSV: the first line names the fields; an empty cell is no field.
pub fn csv_lines(text: impl Read, most: usize) -> csv::Result<Lines> {
    let mut lines = Lines::default();
    let mut reader = ReaderBuilder::new().flexible(true).trim(Trim::All).from_reader(text);
    let names: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
    let mut record = StringRecord::new();
    while reader.read_record(&mut record)? {
        let number = record.position().map_or(0, csv::Position::line);
        let read = if record.len() > names.len() {
            let reason = format!("has {} cells, and there are {} columns", record.len(), names.len());
            Err(BadLine { line: number, field: String::new(), reason })
        } else {
            let cells = names.iter().zip(&record).filter(|(_, cell)| !cell.is_empty());
            read_fields(number, cells.map(|(name, cell)| (name.clone(), cell.into())).collect())
        };
        lines.push(number, read);
        if lines.is_over(most, number) {
            break;
        }
    }
    Ok(lines)
}

impl Lines {
    fn push(&mut self, number: u64, read: Result<carillon_model::fact::NewFact, BadLine>) {
        match read {
            Ok(fact) => {
                self.facts.push(fact);
                self.numbers.push(number);
            }
            Err(bad) => self.bad.push(bad),
        }
    }

    fn is_over(&mut self, most: usize, number: u64) -> bool {
        let over = self.facts.len() + self.bad.len() > most;
        if over {
            let reason = format!("is one more than the {most} that are taken at once");
            self.bad.push(BadLine { line: number, field: String::new(), reason });
        }
        over
    }
}
