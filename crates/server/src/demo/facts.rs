//! Generates facts for the last weeks, so that there are statistics.

use anyhow::Result;
use carillon_domain::stats::{
    fact::{self, FactSource},
    generate::{self, History},
    read,
};
use carillon_model::{day::Day, error::Error, id::UserId};

use super::Demo;
use crate::cmd::cli_error;

/// The number of days, including today: a month.
const DAYS: i32 = 31;
/// Days of last year with facts, so that it has an annual report.
const DAYS_OF_LAST_YEAR: [i32; 4] = [924, 1_029, 1_126, 1_231];
const MEMBERS_LAST_YEAR: usize = 60;
/// The number of members with facts. More would slow down the start of a large demonstration and show nothing new.
const MEMBERS: usize = 300;

pub fn fill(demo: &Demo<'_>) -> Result<()> {
    let (today, members) = demo
        .store
        .read_blocking(&demo.corp, |tx| {
            Ok((read::today(tx, &demo.env, &demo.corp)?, generate::members(tx, &demo.corp, MEMBERS)?))
        })
        .map_err(cli_error)?;
    let history = History { first: today.plus(1 - DAYS), seed: 1 };
    for days in (0..DAYS).rev() {
        add_day(demo, today.plus(-days), members.clone(), history)?;
    }
    // In January, December is both.
    let last_year = DAYS_OF_LAST_YEAR.map(|day| Day((today.year() - 1) * 10_000 + day));
    for day in last_year.into_iter().filter(|day| *day < history.first) {
        let few = members.iter().take(MEMBERS_LAST_YEAR).cloned().collect();
        add_day(demo, day, few, history)?;
    }
    Ok(())
}

fn add_day(demo: &Demo<'_>, day: Day, members: Vec<UserId>, history: History) -> Result<()> {
    demo.write(move |tx, env, corp| {
        let facts = generate::day(tx, env, corp, day, &members, history)?;
        let ingested = fact::ingest(tx, env, corp, &facts, FactSource::Generated)?;
        ingested.map(|_| ()).map_err(|bad| Error::internal(format!("{:?} of generated facts", bad.first())))
    })
}
