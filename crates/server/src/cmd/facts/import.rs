//! `carillon facts import`: checks all lines of the files first, then imports them in batches.

use std::{
    io::{BufReader, Read},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use carillon_api::facts::{BadLine, Fields, each_csv, each_ndjson};
use carillon_model::settings::Settings;
use clap::Args;
use encoding_rs::Encoding;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Map, Value, json};

use super::{
    super::{AdminClient, AdminCommand, OTHER_VERSION, print_text},
    batch::{Batch, BatchReport},
};
use crate::usage::open_file;

/// Lines in one unit of work.
const BATCH_LINES: usize = 2_000;
/// Bytes of text in one unit of work, well below the limit of a command.
const BATCH_BYTES: usize = 256 << 10;

/// The options of the import.
#[derive(Args)]
#[command(
    after_long_help = "A file whose name ends in .csv contains the field names in its first line; any other file is NDJSON, one JSON object per \
                             line. Every fact has an id that the sender chooses, a time in ms since 1970, usually a userId, a kind, and \
                             the fields of its kind. Facts with a known id are skipped, so a file can be imported again.\n\n\
                             All lines of all files are checked first. If any line is rejected, all rejected lines are printed and \
                             nothing is written."
)]
pub struct Options {
    /// The organisation: its short name or id.
    #[arg(long)]
    corp: String,
    /// The files, in UTF-8 or GBK.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The encoding of the files [default: detected for each file].
    #[arg(long, value_parser = carillon_table::parse_encoding)]
    encoding: Option<&'static Encoding>,
    /// Checks the lines and writes nothing.
    #[arg(long)]
    dry_run: bool,
}

/// Imports the files and prints the report.
pub fn run(data: &Path, settings: Settings, options: &Options, json: bool) -> Result<()> {
    let mut client = AdminClient::on(data, settings);
    let (mut bad_lines, mut encodings) = (Vec::new(), Vec::new());
    for file in &options.files {
        let (checked, encoding) = Importer::import_file(&mut client, options, file, "checking", true)?;
        encodings.push((file, encoding.name()));
        bad_lines.extend(checked.bad.into_iter().map(|bad| (file, bad)));
    }
    let (mut added, mut known) = (0, 0);
    if bad_lines.is_empty() && !options.dry_run {
        for file in &options.files {
            let (done, _) = Importer::import_file(&mut client, options, file, "importing", false)?;
            if let Some(bad) = done.bad.first() {
                bail!("{}: {bad}, which passed the check before: import the file again", file.display());
            }
            added += done.added;
            known += done.known;
        }
    }
    let report = json!({
        "dry_run": options.dry_run,
        "files": encodings.iter().map(|(file, encoding)| json!({ "file": file, "encoding": encoding }))
            .collect::<Vec<Value>>(),
        "added": added,
        "known": known,
        "bad_lines": bad_lines.iter().map(|(file, bad)| json!({
            "file": file, "line": bad.line, "field": bad.field, "reason": bad.reason,
        })).collect::<Vec<Value>>(),
    });
    if json {
        print_text(&format!("{report:#}\n"));
    } else {
        for (file, encoding) in &encodings {
            print_text(&format!("{}: read as {encoding}\n", file.display()));
        }
        for (file, bad) in &bad_lines {
            print_text(&format!("{}: {bad}\n", file.display()));
        }
        print_text(&format!("added        {added}\nknown        {known}\n"));
    }
    match bad_lines.len() {
        0 => Ok(()),
        1 => bail!("1 line could not be accepted; nothing was written"),
        bad => bail!("{bad} lines could not be accepted; nothing was written"),
    }
}

/// Reads one file and sends its lines in batches.
struct Importer<'p, 'd> {
    client: &'p mut AdminClient<'d>,
    options: &'p Options,
    dry_run: bool,
    lines: Vec<(u64, Map<String, Value>)>,
    bytes: usize,
    answer: BatchReport,
}

impl<'p, 'd> Importer<'p, 'd> {
    fn import_file(
        client: &'p mut AdminClient<'d>,
        options: &'p Options,
        path: &Path,
        message: &'static str,
        dry_run: bool,
    ) -> Result<(BatchReport, &'static Encoding)> {
        let file = open_file(path)?;
        let bar = ProgressBar::new(file.metadata()?.len())
            .with_style(ProgressStyle::with_template("{msg} {wide_bar} {percent}% {eta}")?)
            .with_message(message);
        let mut importer =
            Self { client, options, dry_run, lines: Vec::new(), bytes: 0, answer: BatchReport::default() };
        let is_file = file.metadata()?.is_file();
        let file = bar.wrap_read(file);
        // A pipe cannot be read twice.
        let (text, encoding) = if is_file {
            carillon_table::decode(file, options.encoding)
                .with_context(|| format!("cannot read {}", path.display()))?
        } else {
            let encoding = options.encoding.unwrap_or(encoding_rs::UTF_8);
            (carillon_table::transcode(file, encoding), encoding)
        };
        let is_csv = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
        importer.read(text, is_csv).with_context(|| format!("cannot import {}", path.display()))?;
        importer.send_batch()?;
        bar.finish_and_clear();
        Ok((importer.answer, encoding))
    }

    fn read(&mut self, text: impl Read, is_csv: bool) -> Result<()> {
        let add_line = |number, fields| self.add_line(number, fields);
        if is_csv { each_csv(text, add_line) } else { each_ndjson(BufReader::new(text), add_line) }
    }

    fn add_line(&mut self, number: u64, fields: Fields) -> Result<bool> {
        match fields {
            Ok(fields) => {
                self.bytes +=
                    fields.iter().map(|(name, value)| name.len() + text_length(value)).sum::<usize>();
                self.lines.push((number, fields));
            }
            Err(bad) => self.answer.bad.push(bad),
        }
        if self.lines.len() >= BATCH_LINES || self.bytes >= BATCH_BYTES {
            self.send_batch()?;
        }
        Ok(true)
    }

    fn send_batch(&mut self) -> Result<()> {
        let lines = std::mem::take(&mut self.lines);
        self.bytes = 0;
        if lines.is_empty() {
            return Ok(());
        }
        let batch = Batch { corp: self.options.corp.clone(), dry_run: self.dry_run, lines };
        let answer = self.client.perform(AdminCommand::Facts(batch))?;
        let answer: BatchReport = serde_json::from_value(answer).context(OTHER_VERSION)?;
        self.answer.added += answer.added;
        self.answer.known += answer.known;
        self.answer.bad.extend::<Vec<BadLine>>(answer.bad);
        Ok(())
    }
}

/// Returns about the length of a value as text.
fn text_length(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(_) | Value::Object(_) => value.to_string().len(),
        _ => 20,
    }
}
