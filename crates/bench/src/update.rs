//! Durable `serviceaccount/update` from many clients, against one commit, and so one fsync, for each.

use anyhow::Result;
use rusqlite::params;
use serde_json::json;

use crate::{measure, program::Program, rows, wrk};

const COMMITS: u32 = 500;

pub fn run() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let program = Program::start(&folder.path().join("data"), 300)?;
    let account = program.add_account("Updated")?;
    let body = json!({ "unionid": account, "brief": "brief %N" });
    program.call("serviceaccount/update", &body)?;
    let carillon = wrk::posts_a_second(folder.path(), &program.address("serviceaccount/update"), &body)?;
    let response = program.call("serviceaccount/get", &json!({ "unionid": account }))?;
    anyhow::ensure!(response["brief"] != "brief %N", "the updates had no effect: {response}");

    let database = rows::database(folder.path())?;
    database.execute_batch("CREATE TABLE account (id INTEGER PRIMARY KEY, brief TEXT)")?;
    let mut write =
        database.prepare("INSERT INTO account VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET brief = ?1")?;
    let all = measure::time(|| {
        for number in 0..COMMITS {
            write.execute(params![number.to_string()])?;
        }
        Ok(())
    })?;
    let baseline = f64::from(COMMITS) / all.as_secs_f64();
    println!(
        "  {} clients: {carillon:.0}/s, one fsync each {baseline:.0}/s: {:.1} times as many",
        wrk::CONNECTIONS,
        carillon / baseline
    );
    Ok(())
}
