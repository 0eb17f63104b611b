//! `carillon contacts import`: reads a list, hands it over part by part, and tells what came of each line.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use carillon_domain::contact::import::Column;
use carillon_model::{settings::Settings, suggestion::did_you_mean};
use clap::Args;
use csv::StringRecord;
use encoding_rs::Encoding;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use super::{
    super::{
        AdminClient, AdminCommand, OTHER_VERSION, say,
        table::{self, Lines, Table},
    },
    batch::{Answer, BadLine, Batch, Content, Mode},
};

/// Lines in one unit of work.
const LINES: usize = 2_000;
/// Bytes of cells in one unit of work, well below the longest command.
const BYTES: usize = 256 << 10;
/// Passwords in one unit of work: hashing them takes seconds.
const PASSWORDS: usize = 200;

/// What to import.
#[derive(Args)]
#[command(after_long_help = columns_help())]
pub struct Options {
    /// The organisation.
    #[arg(long)]
    corp: String,
    /// The list: CSV in UTF-8 or GBK, or the first sheet of an .xlsx workbook, with the names of its columns in the first line.
    file: PathBuf,
    /// The encoding of CSV; found out when absent.
    #[arg(long, value_parser = table::named)]
    encoding: Option<&'static Encoding>,
    /// Print what would be changed, and change nothing.
    #[arg(long)]
    dry_run: bool,
}

fn columns_help() -> String {
    let columns: String = Column::ALL
        .iter()
        .map(|column| {
            let (name, holds) = column.described();
            format!("  {name:<15} {holds}\n")
        })
        .collect();
    format!(
        "Columns, in any order:\n{columns}\n\
         A member whose userid is there is changed, any other is added. Columns that the file does not have stay as they are. \
         A cell without text empties what it is about, except that userid, name, mobile, departments and init_password are \
         left as they are. Departments are named by the names on the way down from the root (研发部/平台组), or by id; a \
         path of digits begins with a slash. The roles of a member are those of the cell from then on, roles of the default \
         group aside. Passwords are hashed one by one, which takes a minute or so for every few thousand; a member without one \
         cannot sign in until one is set.\n\n\
         A list is CSV in UTF-8 or GBK, with commas, tabs or semicolons between the cells, or a workbook (.xlsx), of which the first \
         sheet is read; what it was read as is told. --encoding names another encoding, such as big5. Of numbers that a workbook \
         has in place of texts, leading zeros are gone.\n\n\
         The file is done in parts of {LINES} lines, each kept or not as a whole. Lines that cannot be accepted are all told, with \
         their numbers, and change nothing; the others are done. The command fails when there was one. A dry run looks at \
         each part beside what is stored now."
    )
}

/// Imports the file, and prints what came of it.
pub fn run(data: &Path, settings: Settings, options: &Options, json: bool) -> Result<()> {
    let (mut import, table) = Import::open(data, settings, options)?;
    import.read(table)?;
    let report = import.finish()?;
    let bad = report["bad_lines"].as_array().map_or(0, Vec::len);
    say(&if json { format!("{report:#}\n") } else { in_lines(&report) });
    match bad {
        0 => Ok(()),
        1 => bail!("1 line of {} could not be accepted", options.file.display()),
        bad => bail!("{bad} lines of {} could not be accepted", options.file.display()),
    }
}

struct Import<'a> {
    options: &'a Options,
    client: AdminClient<'a>,
    read_as: String,
    columns: Vec<Column>,
    bar: ProgressBar,
    /// Lines that wait to be handed over, and their size.
    waiting: Vec<(u64, Vec<String>)>,
    waiting_bytes: usize,
    waiting_passwords: usize,
    /// On which line a value that belongs to one member alone was seen.
    seen: HashMap<(Column, String), u64>,
    managers: Vec<(u64, String, String)>,
    answer: Answer,
    departments: BTreeSet<String>,
}

impl<'a> Import<'a> {
    fn open(data: &'a Path, settings: Settings, options: &'a Options) -> Result<(Self, Table)> {
        let bar = ProgressBar::new(0)
            .with_style(ProgressStyle::with_template("{msg} {wide_bar} {percent}% {eta}")?);
        bar.set_message("members");
        let table = Table::open(&options.file, options.encoding, &bar)?;
        let import = Self {
            options,
            client: AdminClient::on(data, settings),
            read_as: table.read_as.clone(),
            columns: Vec::new(),
            bar,
            waiting: Vec::new(),
            waiting_bytes: 0,
            waiting_passwords: 0,
            seen: HashMap::new(),
            managers: Vec::new(),
            answer: Answer::default(),
            departments: BTreeSet::new(),
        };
        Ok((import, table))
    }

    /// Hands all lines over, then who manages whom.
    fn read(&mut self, table: Table) -> Result<()> {
        table.each(self)?;
        self.hand_over()?;
        self.hand_over_managers()
    }

    fn take(&mut self, line: u64, record: &StringRecord) -> Result<()> {
        let userid = self.cell(record, Column::UserId).unwrap_or_default().to_owned();
        if record.len() != self.columns.len() {
            let reason = format!("has {} cells, and there are {} columns", record.len(), self.columns.len());
            self.refused(line, &userid, reason);
            return Ok(());
        }
        if let Some((column, earlier)) = self.repeated(record, line) {
            self.refused(line, &userid, format!("{} is on line {earlier} already", column.name()));
            return Ok(());
        }
        if let Some(manager) = self.cell(record, Column::Manager) {
            self.managers.push((line, userid, manager.to_owned()));
        }
        let has_password = self.cell(record, Column::InitPassword).is_some_and(|cell| !cell.is_empty());
        self.waiting_passwords += usize::from(has_password);
        self.waiting_bytes += record.as_slice().len();
        self.waiting.push((line, record.iter().map(str::to_owned).collect()));
        let full =
            self.waiting.len() >= LINES || self.waiting_bytes >= BYTES || self.waiting_passwords >= PASSWORDS;
        if full { self.hand_over() } else { Ok(()) }
    }

    /// The column whose value was on an earlier line already, though it belongs to one member alone.
    fn repeated(&mut self, record: &StringRecord, line: u64) -> Option<(Column, u64)> {
        for column in Column::UNIQUE {
            let Some(value) = self.cell(record, column).filter(|value| !value.is_empty()) else { continue };
            let key = (column, column.meaning(value).into_owned());
            if let Some(earlier) = self.seen.get(&key) {
                return Some((column, *earlier));
            }
            self.seen.insert(key, line);
        }
        None
    }

    fn cell<'r>(&self, record: &'r StringRecord, wanted: Column) -> Option<&'r str> {
        let place = self.columns.iter().position(|column| *column == wanted)?;
        record.get(place)
    }

    fn refused(&mut self, line: u64, userid: &str, reason: String) {
        self.answer.bad.push(BadLine { line, userid: userid.to_owned(), reason });
    }

    fn hand_over(&mut self) -> Result<()> {
        let lines = std::mem::take(&mut self.waiting);
        (self.waiting_bytes, self.waiting_passwords) = (0, 0);
        if lines.is_empty() {
            return Ok(());
        }
        let columns = self.columns.iter().map(|column| column.name().to_owned()).collect();
        let first = lines.first().map_or(0, |(line, _)| *line);
        let answer = self
            .perform(Content::Members { columns, lines })
            .with_context(|| format!("stopped at line {first}; what comes before it is done"))?;
        self.answer.created += answer.created;
        self.answer.updated += answer.updated;
        self.answer.unchanged += answer.unchanged;
        self.departments.extend(answer.departments);
        self.answer.bad.extend(answer.bad);
        Ok(())
    }

    /// Managers come last: they may stand further down than those whom they manage. A dry run has added nobody, so it looks only
    /// for managers who are not in the file.
    fn hand_over_managers(&mut self) -> Result<()> {
        let bad: HashSet<u64> = self.answer.bad.iter().map(|bad| bad.line).collect();
        let mut lines = std::mem::take(&mut self.managers);
        lines.retain(|(line, _, _)| !bad.contains(line));
        if self.options.dry_run {
            let added = |userid: &str| {
                let found = self.seen.get(&(Column::UserId, userid.to_owned()));
                found.is_some_and(|line| !bad.contains(line))
            };
            lines.retain(|(_, _, manager)| !manager.is_empty() && !added(manager));
        }
        for part in lines.chunks(LINES) {
            let part = part.to_vec();
            let answer = self.perform(if self.options.dry_run {
                Content::KnownManagers(part)
            } else {
                Content::Managers(part)
            })?;
            self.answer.bad.extend(answer.bad.into_iter().map(|bad| BadLine {
                reason: format!("{}; all else of the line is good", bad.reason),
                ..bad
            }));
        }
        Ok(())
    }

    fn perform(&mut self, content: Content) -> Result<Answer> {
        let mode = if self.options.dry_run { Mode::Rehearse } else { Mode::Import };
        let batch = Batch { corp: self.options.corp.clone(), mode, content };
        let answer = self.client.perform(AdminCommand::Contacts(batch))?;
        serde_json::from_value(answer).context(OTHER_VERSION)
    }

    /// What came of it, once everything was handed over.
    fn finish(mut self) -> Result<Value> {
        self.bar.finish_and_clear();
        self.answer.bad.sort_by_key(|bad| bad.line);
        Ok(json!({
            "dry_run": self.options.dry_run,
            "read_as": self.read_as,
            "created": self.answer.created,
            "updated": self.answer.updated,
            "unchanged": self.answer.unchanged,
            "departments_created": self.departments,
            "bad_lines": self.answer.bad,
        }))
    }
}

impl Lines for Import<'_> {
    fn begin(&mut self, names: &StringRecord) -> Result<()> {
        self.columns = columns(names)?;
        Ok(())
    }

    fn line(&mut self, number: u64, cells: &StringRecord) -> Result<()> {
        self.take(number, cells)
    }

    fn refuse(&mut self, number: u64, reason: String) {
        self.refused(number, "", reason);
    }
}

/// The columns that the first line names.
fn columns(header: &StringRecord) -> Result<Vec<Column>> {
    let known = || Column::ALL.map(Column::name).join(", ");
    let mut columns = Vec::with_capacity(header.len());
    for name in header {
        let Some(column) = Column::named(name) else {
            let meant = did_you_mean(name, Column::ALL.map(Column::name));
            bail!("the first line names {name:?}, which is no column (there are {}){meant}", known());
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

/// The report as text: the counts, then the bad lines.
fn in_lines(report: &Value) -> String {
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
