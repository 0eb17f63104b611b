//! `carillon facts generate`: made-up facts, day by day.

use std::path::Path;

use anyhow::{Context, Result};
use carillon_domain::stats::{
    fact::{self, Source},
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

use super::super::{AdminClient, AdminCommand, OTHER_VERSION, known_corp, say, write};
use crate::usage::Usage;

/// Facts in one unit of work.
const FACTS: usize = 50_000;

/// What to make up.
#[derive(Args)]
pub struct Options {
    /// The organisation.
    #[arg(long)]
    corp: String,
    /// The first day, such as 2026-11-01 or 20261101.
    #[arg(long, value_parser = parse_day)]
    from: Day,
    /// The last day, on or after the first.
    #[arg(long, value_parser = parse_day)]
    to: Day,
    /// So many members, those who have been there longest; all when absent.
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

/// A day to make facts up for.
#[derive(Serialize, Deserialize)]
pub struct GeneratedDay {
    corp: String,
    day: i32,
    first: i32,
    members: Option<usize>,
    seed: u64,
}

/// Makes the facts up, and prints how many there are.
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
        let answer = client.perform(AdminCommand::GeneratedFacts(command))?;
        let count = |name: &str| answer[name].as_u64().context(OTHER_VERSION);
        added += count("added")?;
        known += count("known")?;
        bar.inc(1);
        day = day.plus(1);
    }
    bar.finish_and_clear();
    let report = json!({ "added": added, "known": known });
    say(&if json { format!("{report:#}\n") } else { super::super::lines(&report) });
    Ok(())
}

impl GeneratedDay {
    /// Does it; the answer is JSON.
    pub fn answer(self, store: &Store, env: &Env) -> Outcome<Value> {
        let Self { corp, day, first, members, seed } = self;
        let history = History { first: Day(first), seed };
        let corp = known_corp(store, corp)?;
        let members =
            store.read_blocking(&corp, |tx| generate::members(tx, &corp, members.unwrap_or(usize::MAX)))?;
        let facts =
            store.read_blocking(&corp, |tx| generate::day(tx, env, &corp, Day(day), &members, history))?;
        let (mut added, mut already) = (0, 0);
        for part in facts.chunks(FACTS) {
            let (of, part) = (corp.clone(), part.to_vec());
            let done = write(store, env, &corp, "facts generate", move |tx, env| {
                fact::ingest(tx, env, &of, &part, Source::Generated)?.map_err(|bad| {
                    let reason = bad.first().map_or("", |bad| bad.reason.as_str()).to_owned();
                    Error::invalid("--from", format!("cannot be used: the time of a fact {reason}"))
                })
            })?;
            added += done.added;
            already += done.known;
        }
        Ok(json!({ "added": added, "known": already }))
    }
}
