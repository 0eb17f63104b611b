//! Made-up facts of the last weeks, so that statistics have something to show.

use anyhow::Result;
use carillon_domain::stats::{
    fact::{self, Source},
    generate::{self, History},
    read,
};
use carillon_model::error::Error;

use super::Demo;
use crate::cmd::told;

/// Days, today included.
const DAYS: i32 = 14;
/// Members who do anything: more would make the start of a large demonstration slow and show nothing new.
const MEMBERS: usize = 300;

pub fn fill(demo: &Demo<'_>) -> Result<()> {
    let (today, members) = demo
        .store
        .read_blocking(&demo.corp, |tx| {
            Ok((read::today(tx, &demo.env, &demo.corp)?, generate::members(tx, &demo.corp, MEMBERS)?))
        })
        .map_err(told)?;
    let history = History { first: today.plus(1 - DAYS), seed: 1 };
    for days in (0..DAYS).rev() {
        let members = members.clone();
        demo.write(move |tx, env, corp| {
            let facts = generate::day(tx, env, corp, today.plus(-days), &members, history)?;
            let done = fact::ingest(tx, env, corp, &facts, Source::Generated)?;
            done.map(|_| ()).map_err(|bad| Error::internal(format!("{:?} of made-up facts", bad.first())))
        })?;
    }
    Ok(())
}
