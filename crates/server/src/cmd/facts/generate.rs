//! `carillon facts generate`: generates artificial facts, day by day.

use std::path::Path;

use anyhow::{Context, Result};
use carillon_domain::stats::{
    fact::{self, FactSource},
    generate::{self, History},
};
use carillon_model::{
    day::Day,
    env::Env,
    error::{Error, Result as Outcome},
    settings::Settings,
};
use carillon_store::Store;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::{AdminClient, AdminCommand, OTHER_VERSION, find_corp, print_text, write};
use crate::usage::Usage;

/// Facts in one unit of work.
const BATCH_FACTS: usize = 50_000;

/// The options of the generator.
#[derive(Args)]
pub struct Options {
    /// The organisation: its short name or id.
    #[arg(long)]
    corp: String,
    /// The first day, such as 2026-11-01 or 20261101.
    #[arg(long, value_parser = parse_day)]
    from: Day,
    /// The last day, on or after the first.
    #[arg(long, value_parser = parse_day)]
    to: Day,
    /// The number of members with facts, longest-serving first [default: all].
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    members: Option<u32>,
    /// The same seed gives the same facts.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn parse_day(text: &str) -> Result<Day, &'static str> {
    let digits = match text.split('-').collect::<Vec<_>>()[..] {
        [year, month, day] if (year.len(), month.len(), day.len()) == (4, 2, 2) => {
            [year, month, day].concat()
        }
        _ => text.to_owned(),
    };
    Day::parse(&digits).ok_or("there is no such day: write it like 2026-11-01 or 20261101")
}

/// A day to generate facts for.
#[derive(Serialize, Deserialize)]
pub struct GeneratedDay {
    corp: String,
    day: i32,
    first: i32,
    members: Option<usize>,
    seed: u64,
}

/// Generates the facts and prints their number.
pub fn run(data: &Path, settings: Settings, options: &Options, json: bool) -> Result<()> {
    if options.from > options.to {
        return Err(Usage::error("--from must not be after --to"));
    }
    let mut client = AdminClient::on(data, settings);
    let mut days = 0;
    let mut day = options.from;
    while day <= options.to {
        (days, day) = (days + 1, day.plus(1));
    }
    let bar =
        ProgressBar::new(days).with_style(ProgressStyle::with_template("days {wide_bar} {percent}% {eta}")?);
    let (mut added, mut known) = (0, 0);
    let mut day = options.from;
    while day <= options.to {
        let command = GeneratedDay {
            corp: options.corp.clone(),
            day: day.0,
            first: options.from.0,
            members: options.members.and_then(|members| usize::try_from(members).ok()),
            seed: options.seed,
        };
        let response = client.perform(AdminCommand::GeneratedFacts(command))?;
        let count = |name: &str| response[name].as_u64().context(OTHER_VERSION);
        added += count("added")?;
        known += count("known")?;
        bar.inc(1);
        day = day.plus(1);
    }
    bar.finish_and_clear();
    let report = json!({ "added": added, "known": known });
    print_text(&if json { format!("{report:#}\n") } else { super::super::format_lines(&report) });
    Ok(())
}

impl GeneratedDay {
    /// Generates the facts of the day. The output is JSON.
    pub fn execute(self, store: &Store, env: &Env) -> Outcome<Value> {
        let Self { corp, day, first, members, seed } = self;
        let history = History { first: Day(first), seed };
        let corp = find_corp(store, corp)?;
        let members =
            store.read_blocking(&corp, |tx| generate::members(tx, &corp, members.unwrap_or(usize::MAX)))?;
        let facts =
            store.read_blocking(&corp, |tx| generate::day(tx, env, &corp, Day(day), &members, history))?;
        let (mut added, mut known) = (0, 0);
        for part in facts.chunks(BATCH_FACTS) {
            let (corp_id, part) = (corp.clone(), part.to_vec());
            let done = write(store, env, &corp, "facts generate", move |tx, env| {
                fact::ingest(tx, env, &corp_id, &part, FactSource::Generated)?.map_err(|bad| {
                    let reason = bad.first().map_or("", |bad| bad.reason.as_str()).to_owned();
                    Error::invalid("--from", format!("cannot be used: the time of a fact {reason}"))
                })
            })?;
            added += done.added;
            known += done.known;
        }
        Ok(json!({ "added": added, "known": known }))
    }
}
