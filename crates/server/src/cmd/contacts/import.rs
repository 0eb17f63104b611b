//! `carillon contacts import`: reads a list, sends it in batches, and reports the result of each line.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, anyhow, bail};
use carillon_domain::contact::import::{Column, upload::plain_cell};
use carillon_model::{settings::Settings, suggestion::did_you_mean};
use carillon_table::{ADVICE, LineHandler, LineProblem, OpenError, Table, WorkbookLimits};
use clap::Args;
use csv::StringRecord;
use encoding_rs::Encoding;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::{
    super::{AdminClient, AdminCommand, OTHER_VERSION, print_text},
    batch::{BadLine, Batch, BatchReport, Content, Mode},
};
use crate::usage::open_file;

/// Lines in one unit of work.
const BATCH_LINES: usize = 2_000;
/// Bytes of cells in one unit of work, well below the limit of a command.
const BATCH_BYTES: usize = 256 << 10;
/// Passwords in one unit of work: hashing them takes seconds.
const BATCH_PASSWORDS: usize = 200;

/// The options of the import.
#[derive(Args)]
#[command(after_long_help = columns_help())]
pub struct Options {
    /// The organisation: its short name or id.
    #[arg(long)]
    corp: String,
    /// The list: CSV in UTF-8 or GBK, or the first sheet of an .xlsx workbook. The first line contains the names of the columns.
    file: PathBuf,
    /// The encoding of a CSV file [default: detected].
    #[arg(long, value_parser = carillon_table::parse_encoding)]
    encoding: Option<&'static Encoding>,
    /// Prints what would be changed, and changes nothing.
    #[arg(long)]
    dry_run: bool,
}

fn columns_help() -> String {
    let columns: String = Column::ALL
        .iter()
        .map(|column| {
            let (name, description) = column.description();
            format!("  {name:<15} {description}\n")
        })
        .collect();
    format!(
        "Columns, in any order:\n{columns}\n\
         A line whose userid exists changes that member; any other line adds a member. Columns that are not in the file stay as they \
         are. An empty cell clears its field, except userid, name, mobile, departments and init_password, which stay as they are. \
         Departments are given by their path below the root (研发部/平台组) or by id; a path of digits starts with a slash. The cell \
         replaces the roles of a member, except those of the default group. Hashing passwords takes about a minute for every few \
         thousand; a member without a password cannot sign in until one is set.\n\n\
         A list is CSV in UTF-8 or GBK, with commas, tabs or semicolons between the cells, or a workbook (.xlsx), of which the first \
         sheet is read. The result says which format was found. --encoding selects another encoding, such as big5. A workbook that \
         stores texts as numbers has lost their leading zeros.\n\n\
         The file is imported in batches of {BATCH_LINES} lines; each batch is committed as a whole. Rejected lines are listed with their \
         numbers and change nothing; the others are imported. The command fails if a line was rejected. A dry run compares each \
         batch with the stored data."
    )
}

/// Imports the file and prints the report.
pub fn run(data: &Path, settings: Settings, options: &Options, json: bool) -> Result<()> {
    let (mut import, table) = Import::open(data, settings, options)?;
    import.read(table)?;
    let report = import.finish()?;
    let bad = report["bad_lines"].as_array().map_or(0, Vec::len);
    print_text(&if json { format!("{report:#}\n") } else { format_report(&report) });
    match bad {
        0 => Ok(()),
        1 => bail!("1 line of {} could not be accepted", options.file.display()),
        bad => bail!("{bad} lines of {} could not be accepted", options.file.display()),
    }
}

struct Import<'a> {
    options: &'a Options,
    client: AdminClient<'a>,
    format: String,
    columns: Vec<Column>,
    bar: ProgressBar,
    /// Lines of the next batch, and their size.
    pending: Vec<(u64, Vec<String>)>,
    pending_bytes: usize,
    pending_passwords: usize,
    /// The line of each value that must be unique.
    unique_values: HashMap<(Column, String), u64>,
    managers: Vec<(u64, String, String)>,
    answer: BatchReport,
    departments: BTreeSet<String>,
}

impl<'a> Import<'a> {
    fn open(data: &'a Path, settings: Settings, options: &'a Options) -> Result<(Self, Table)> {
        let bar = ProgressBar::new(0)
            .with_style(ProgressStyle::with_template("{msg} {wide_bar} {percent}% {eta}")?);
        bar.set_message("members");
        let table = open_table(&options.file, options.encoding, &bar)?;
        let import = Self {
            options,
            client: AdminClient::on(data, settings),
            format: table.format.clone(),
            columns: Vec::new(),
            bar,
            pending: Vec::new(),
            pending_bytes: 0,
            pending_passwords: 0,
            unique_values: HashMap::new(),
            managers: Vec::new(),
            answer: BatchReport::default(),
            departments: BTreeSet::new(),
        };
        Ok((import, table))
    }

    /// Sends all lines, then the managers.
    fn read(&mut self, table: Table) -> Result<()> {
        table.read_lines(self)?;
        self.send_batch()?;
        self.send_managers()
    }

    fn add_line(&mut self, line: u64, record: &StringRecord) -> Result<()> {
        let userid = self.cell(record, Column::UserId).unwrap_or_default().to_owned();
        if record.len() != self.columns.len() {
            let reason = format!("has {} cells for {} columns", record.len(), self.columns.len());
            self.reject(line, &userid, reason);
            return Ok(());
        }
        if let Some((column, earlier)) = self.find_duplicate(record, line) {
            self.reject(line, &userid, format!("{} is already on line {earlier}", column.name()));
            return Ok(());
        }
        if let Some(manager) = self.cell(record, Column::Manager) {
            self.managers.push((line, userid, manager.to_owned()));
        }
        let has_password = self.cell(record, Column::InitPassword).is_some_and(|cell| !cell.is_empty());
        self.pending_passwords += usize::from(has_password);
        self.pending_bytes += record.as_slice().len();
        self.pending.push((line, record.iter().map(|cell| plain_cell(cell).to_owned()).collect()));
        let is_full = self.pending.len() >= BATCH_LINES
            || self.pending_bytes >= BATCH_BYTES
            || self.pending_passwords >= BATCH_PASSWORDS;
        if is_full { self.send_batch() } else { Ok(()) }
    }

    /// Returns a column that must be unique and whose value was on an earlier line, with the number of that line.
    fn find_duplicate(&mut self, record: &StringRecord, line: u64) -> Option<(Column, u64)> {
        for column in Column::UNIQUE {
            let Some(value) = self.cell(record, column).filter(|value| !value.is_empty()) else { continue };
            let key = (column, column.canonical(value).into_owned());
            if let Some(earlier) = self.unique_values.get(&key) {
                return Some((column, *earlier));
            }
            self.unique_values.insert(key, line);
        }
        None
    }

    fn cell<'r>(&self, record: &'r StringRecord, wanted: Column) -> Option<&'r str> {
        let index = self.columns.iter().position(|column| *column == wanted)?;
        record.get(index)
    }

    fn reject(&mut self, line: u64, userid: &str, reason: String) {
        self.answer.bad.push(BadLine { line, userid: userid.to_owned(), reason });
    }

    fn send_batch(&mut self) -> Result<()> {
        let lines = std::mem::take(&mut self.pending);
        (self.pending_bytes, self.pending_passwords) = (0, 0);
        if lines.is_empty() {
            return Ok(());
        }
        let columns = self.columns.iter().map(|column| column.name().to_owned()).collect();
        let first = lines.first().map_or(0, |(line, _)| *line);
        let answer = match self.perform(Content::Members { columns, lines }) {
            // Nothing was imported.
            Err(error) if self.answer.created + self.answer.updated + self.answer.unchanged == 0 => {
                return Err(error);
            }
            answer => answer
                .with_context(|| format!("stopped at line {first}; the lines before it were imported"))?,
        };
        self.answer.created += answer.created;
        self.answer.updated += answer.updated;
        self.answer.unchanged += answer.unchanged;
        self.departments.extend(answer.departments);
        self.answer.bad.extend(answer.bad);
        Ok(())
    }

    /// Sends the managers after all lines, because a manager may be on a later line than a report. A dry run has added no members, so it
    /// checks only managers who are not in the file.
    fn send_managers(&mut self) -> Result<()> {
        let bad: HashSet<u64> = self.answer.bad.iter().map(|bad| bad.line).collect();
        let mut lines = std::mem::take(&mut self.managers);
        lines.retain(|(line, _, _)| !bad.contains(line));
        if self.options.dry_run {
            let added = |userid: &str| {
                let found = self.unique_values.get(&(Column::UserId, userid.to_owned()));
                found.is_some_and(|line| !bad.contains(line))
            };
            lines.retain(|(_, _, manager)| !manager.is_empty() && !added(manager));
        }
        for part in lines.chunks(BATCH_LINES) {
            let part = part.to_vec();
            let answer = self.perform(if self.options.dry_run {
                Content::CheckManagers(part)
            } else {
                Content::Managers(part)
            })?;
            self.answer.bad.extend(answer.bad);
        }
        Ok(())
    }

    fn perform(&mut self, content: Content) -> Result<BatchReport> {
        let mode = if self.options.dry_run { Mode::DryRun } else { Mode::Import };
        let batch = Batch { corp: self.options.corp.clone(), mode, content };
        let answer = self.client.perform(AdminCommand::Contacts(batch))?;
        serde_json::from_value(answer).context(OTHER_VERSION)
    }

    /// Returns the report after all batches were sent.
    fn finish(mut self) -> Result<Value> {
        self.bar.finish_and_clear();
        self.answer.bad.sort_by_key(|bad| bad.line);
        Ok(json!({
            "dry_run": self.options.dry_run,
            "read_as": self.format,
            "created": self.answer.created,
            "updated": self.answer.updated,
            "unchanged": self.answer.unchanged,
            "departments_created": self.departments,
            "bad_lines": self.answer.bad,
        }))
    }
}

impl LineHandler for Import<'_> {
    fn header(&mut self, names: &StringRecord) -> Result<()> {
        self.columns = columns(names)?;
        Ok(())
    }

    fn line(&mut self, number: u64, cells: &StringRecord) -> Result<()> {
        self.add_line(number, cells)
    }

    fn reject_line(&mut self, number: u64, problem: LineProblem) -> Result<()> {
        self.reject(number, "", problem.to_string());
        Ok(())
    }
}

/// Opens the list. `bar` shows the progress of reading.
fn open_table(path: &Path, encoding: Option<&'static Encoding>, bar: &ProgressBar) -> Result<Table> {
    let file = open_file(path)?;
    let metadata = file.metadata()?;
    bar.set_length(metadata.len());
    let file = bar.wrap_read(file);
    if !metadata.is_file() {
        return Ok(Table::stream(file, encoding));
    }
    let path = path.display();
    Table::open(file, encoding, &WorkbookLimits::default()).map_err(|error| match error {
        OpenError::OldWorkbook => {
            anyhow!("{path} is a workbook of an old format, or has a password: {ADVICE}")
        }
        OpenError::Workbook(error) => error.context(format!("{path} cannot be read as a workbook: {ADVICE}")),
        OpenError::Text(error) => error.context(format!("{path} cannot be read: {ADVICE}")),
    })
}

/// Parses the column names of the first line.
fn columns(header: &StringRecord) -> Result<Vec<Column>> {
    let known = || Column::ALL.map(Column::name).join(", ");
    let mut columns = Vec::with_capacity(header.len());
    for name in header {
        let Some(column) = Column::by_name(name) else {
            let suggestion = did_you_mean(name, Column::ALL.map(Column::name));
            bail!("the first line names {name:?}, which is not a column (there are {}){suggestion}", known());
        };
        if columns.contains(&column) {
            bail!("the first line names {name} twice");
        }
        columns.push(column);
    }
    if !columns.contains(&Column::UserId) {
        bail!("the first line does not name {}: the columns are {}", Column::UserId.name(), known());
    }
    Ok(columns)
}

/// Formats the report as text: the counts, then the rejected lines.
fn format_report(report: &Value) -> String {
    let mut text = format!("{:<20} {}\n", "read as", report["read_as"].as_str().unwrap_or_default());
    for name in ["created", "updated", "unchanged"] {
        text.push_str(&format!("{name:<20} {}\n", report[name]));
    }
    let departments = report["departments_created"].as_array().map(Vec::as_slice).unwrap_or_default();
    text.push_str(&format!("{:<20} {}\n", "departments created", departments.len()));
    let bad = report["bad_lines"].as_array().map(Vec::as_slice).unwrap_or_default();
    text.push_str(&format!("{:<20} {}\n", "bad lines", bad.len()));
    for line in bad {
        let (userid, reason) = (line["userid"].as_str().unwrap_or(""), line["reason"].as_str().unwrap_or(""));
        text.push_str(&format!("line {} {userid}: {reason}\n", line["line"]));
    }
    if report["dry_run"] == true {
        text.push_str("a dry run: nothing was changed\n");
    }
    text
}
