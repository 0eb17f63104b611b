//! `carillon facts import`: reads files of facts, looks whether all lines are good, and only then hands them over part by part.

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
    super::{AdminClient, AdminCommand, OTHER_VERSION, say, table},
    batch::{Answer, Batch},
};
use crate::usage::open_file;

/// Lines in one unit of work.
const LINES: usize = 2_000;
/// Bytes of text in one unit of work, well below the longest command.
const BYTES: usize = 256 << 10;

/// What to import.
#[derive(Args)]
#[command(
    after_long_help = "A file whose name ends in .csv has the names of the fields in its first line; any other is NDJSON, one JSON object on each \
                             line. Every fact has an id of the sender's own, a time in ms since 1970, mostly a userId, a kind, and the \
                             fields of its kind. Facts whose ids are known are left as they are, so that a file can be imported \
                             again.\n\nAll lines of all files are checked first. If any is bad, all bad lines are printed and \
                             nothing is written."
)]
pub struct Options {
    /// The organisation.
    #[arg(long)]
    corp: String,
    /// The files, in UTF-8 or GBK.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The encoding of the files; found out for each when absent.
    #[arg(long, value_parser = table::named)]
    encoding: Option<&'static Encoding>,
    /// Check the lines and write nothing.
    #[arg(long)]
    dry_run: bool,
}

/// Imports the files, and prints what came of it.
pub fn run(data: &Path, settings: Settings, options: &Options, json: bool) -> Result<()> {
    let mut client = AdminClient::on(data, settings);
    let (mut bad_lines, mut encodings) = (Vec::new(), Vec::new());
    for file in &options.files {
        let (looked, encoding) = Part::all(&mut client, options, file, "looking", true)?;
        encodings.push((file, encoding.name()));
        bad_lines.extend(looked.bad.into_iter().map(|bad| (file, bad)));
    }
    let (mut added, mut known) = (0, 0);
    if bad_lines.is_empty() && !options.dry_run {
        for file in &options.files {
            let (done, _) = Part::all(&mut client, options, file, "importing", false)?;
            if let Some(bad) = done.bad.first() {
                bail!("{}: {bad}, though it was good a moment ago: import the file again", file.display());
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
        say(&format!("{report:#}\n"));
    } else {
        for (file, encoding) in &encodings {
            say(&format!("{}: read as {encoding}\n", file.display()));
        }
        for (file, bad) in &bad_lines {
            say(&format!("{}: {bad}\n", file.display()));
        }
        say(&format!("added        {added}\nknown        {known}\n"));
    }
    match bad_lines.len() {
        0 => Ok(()),
        1 => bail!("1 line could not be accepted; nothing was written"),
        bad => bail!("{bad} lines could not be accepted; nothing was written"),
    }
}

/// Lines that wait to be handed over.
struct Part<'p, 'd> {
    client: &'p mut AdminClient<'d>,
    options: &'p Options,
    dry_run: bool,
    lines: Vec<(u64, Map<String, Value>)>,
    bytes: usize,
    answer: Answer,
}

impl<'p, 'd> Part<'p, 'd> {
    fn all(
        client: &'p mut AdminClient<'d>,
        options: &'p Options,
        path: &Path,
        what: &'static str,
        dry_run: bool,
    ) -> Result<(Answer, &'static Encoding)> {
        let file = open_file(path)?;
        let bar = ProgressBar::new(file.metadata()?.len())
            .with_style(ProgressStyle::with_template("{msg} {wide_bar} {percent}% {eta}")?)
            .with_message(what);
        let mut part =
            Self { client, options, dry_run, lines: Vec::new(), bytes: 0, answer: Answer::default() };
        let (text, encoding) = table::decoded(file, options.encoding, &bar)
            .with_context(|| format!("cannot read {}", path.display()))?;
        let is_csv = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
        part.read(text, is_csv).with_context(|| format!("cannot import {}", path.display()))?;
        part.hand_over()?;
        bar.finish_and_clear();
        Ok((part.answer, encoding))
    }

    fn read(&mut self, text: impl Read, is_csv: bool) -> Result<()> {
        let take = |number, fields| self.take(number, fields);
        if is_csv { each_csv(text, take) } else { each_ndjson(BufReader::new(text), take) }
    }

    fn take(&mut self, number: u64, fields: Fields) -> Result<bool> {
        match fields {
            Ok(fields) => {
                self.bytes += fields.iter().map(|(name, value)| name.len() + length(value)).sum::<usize>();
                self.lines.push((number, fields));
            }
            Err(bad) => self.answer.bad.push(bad),
        }
        if self.lines.len() >= LINES || self.bytes >= BYTES {
            self.hand_over()?;
        }
        Ok(true)
    }

    fn hand_over(&mut self) -> Result<()> {
        let lines = std::mem::take(&mut self.lines);
        self.bytes = 0;
        if lines.is_empty() {
            return Ok(());
        }
        let batch = Batch { corp: self.options.corp.clone(), dry_run: self.dry_run, lines };
        let answer = self.client.perform(AdminCommand::Facts(batch))?;
        let answer: Answer = serde_json::from_value(answer).context(OTHER_VERSION)?;
        self.answer.added += answer.added;
        self.answer.known += answer.known;
        self.answer.bad.extend::<Vec<BadLine>>(answer.bad);
        Ok(())
    }
}

/// About how long a value is as text.
fn length(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(_) | Value::Object(_) => value.to_string().len(),
        _ => 20,
    }
}
