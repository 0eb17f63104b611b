//! Reads the first sheet of an XLSX workbook cell by cell.

use std::{borrow::Cow, io::BufReader};

use anyhow::{Context, Result, bail};
use calamine::{DataRef, ExcelDateTime, Reader, Xlsx};
use csv::StringRecord;

use crate::{LineHandler, LineProblem, Source, WorkbookLimits, workbook_limits};

/// The rows of the largest sheet.
const MAX_ROWS: u32 = 1 << 20;
/// Cells in columns beyond this are rejected.
const MAX_COLUMNS: usize = 256;

pub struct Sheet {
    workbook: Xlsx<BufReader<Box<dyn Source>>>,
    pub name: String,
}

/// The cells of the current row.
struct Row {
    /// The row number, from 0.
    index: u32,
    cells: Vec<String>,
    /// Why the row cannot be read.
    problem: Option<LineProblem>,
}

impl Sheet {
    pub fn open(mut file: Box<dyn Source>, limits: &WorkbookLimits) -> Result<Self> {
        workbook_limits::check(&mut file, limits)?;
        let workbook = Xlsx::new(BufReader::new(file))?;
        let name = workbook.sheet_names().into_iter().next().context("it has no sheet")?;
        Ok(Self { workbook, name })
    }

    /// Passes all rows to the handler. Rows without text are skipped.
    pub fn read_lines(mut self, handler: &mut impl LineHandler) -> Result<()> {
        let unreadable = || format!("the sheet {} cannot be read any further", self.name);
        let mut reader = self
            .workbook
            .worksheet_cells_reader(&self.name)
            .with_context(|| format!("the sheet {}", self.name))?;
        let mut names = None;
        let mut row: Option<Row> = None;
        while let Some(cell) = reader.next_cell().with_context(unreadable)? {
            let (index, column) = cell.get_position();
            if index >= MAX_ROWS {
                bail!("{}: it has more than {MAX_ROWS} rows", unreadable());
            }
            if row.as_ref().is_some_and(|row| row.index != index) {
                row.take().map_or(Ok(()), |row| row.emit(&mut names, handler))?;
            }
            let row = row.get_or_insert_with(|| Row { index, cells: Vec::new(), problem: None });
            row.set_cell(usize::try_from(column)?, cell.get_value());
        }
        row.map_or(Ok(()), |row| row.emit(&mut names, handler))?;
        match names {
            Some(_) => Ok(()),
            // The sheet is empty.
            None => handler.header(&StringRecord::new()),
        }
    }
}

impl Row {
    fn set_cell(&mut self, column: usize, value: &DataRef<'_>) {
        let text = match value {
            DataRef::Empty => return,
            DataRef::Error(error) => {
                self.problem.get_or_insert_with(|| LineProblem::ErrorCell(error.to_string()));
                return;
            }
            value => text(value),
        };
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        if column >= MAX_COLUMNS {
            self.problem.get_or_insert_with(|| LineProblem::ColumnBeyond(column + 1));
            return;
        }
        if self.cells.len() <= column {
            self.cells.resize(column + 1, String::new());
        }
        if let Some(cell) = self.cells.get_mut(column) {
            text.clone_into(cell);
        }
    }

    /// Passes the row to the handler. The first row names the columns; later rows are padded to their number.
    fn emit(mut self, names: &mut Option<usize>, handler: &mut impl LineHandler) -> Result<()> {
        let number = u64::from(self.index) + 1;
        match (self.problem, *names) {
            (Some(problem), Some(_)) => handler.reject_line(number, problem)?,
            (Some(problem), None) => bail!("line {number} names the columns, and {problem}"),
            (None, _) if self.cells.is_empty() => {}
            (None, Some(columns)) => {
                if self.cells.len() < columns {
                    self.cells.resize(columns, String::new());
                }
                handler.line(number, &self.cells.into())?;
            }
            (None, None) => {
                *names = Some(self.cells.len());
                handler.header(&self.cells.into())?;
            }
        }
        Ok(())
    }
}

/// Returns the text of a cell as CSV has it: whole numbers without a point, dates as yyyy-mm-dd.
fn text<'a>(value: &'a DataRef<'_>) -> Cow<'a, str> {
    match value {
        DataRef::String(text) => Cow::Borrowed(text),
        DataRef::SharedString(text) => Cow::Borrowed(text),
        DataRef::Int(number) => Cow::Owned(number.to_string()),
        DataRef::Float(number) => Cow::Owned(number.to_string()),
        DataRef::Bool(flag) => Cow::Owned(flag.to_string()),
        DataRef::DateTime(moment) => Cow::Owned(format_date(moment)),
        DataRef::DateTimeIso(moment) => {
            Cow::Borrowed(moment.strip_suffix("T00:00:00").unwrap_or(moment.as_str()))
        }
        DataRef::DurationIso(duration) => Cow::Borrowed(duration),
        DataRef::Error(_) | DataRef::Empty => Cow::Borrowed(""),
    }
}

fn format_date(moment: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) == (0, 0, 0) {
        date
    } else {
        format!("{date} {hour:02}:{minute:02}:{second:02}")
    }
}
