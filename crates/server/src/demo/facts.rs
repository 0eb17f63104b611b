//! Generates facts for the last weeks, so that there are statistics.

use anyhow::Result;
use carillon_domain::stats::{
    fact::{self, FactSource},
    generate::{self, History},
    read,
};
use carillon_model::error::Error;

use super::Demo;
use crate::cmd::cli_error;

/// The number of days, including today.
const DAYS: i32 = 14;
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
        let members = members.clone();
        demo.write(move |tx, env, corp| {
            let facts = generate::day(tx, env, corp, today.plus(-days), &members, history)?;
            let ingested = fact::ingest(tx, env, corp, &facts, FactSource::Generated)?;
            ingested
                .map(|_| ())
                .map_err(|bad| Error::internal(format!("{:?} of generated facts", bad.first())))
        })?;
    }
    Ok(())
}
