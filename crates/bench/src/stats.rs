//! Statistics: responses about a finalized day of 100,000 members, and their annual report.

mod response_times;
mod year;

use std::{
    collections::HashSet,
    fs,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use rusqlite::{Connection, OpenFlags, params};
use serde_json::{Value, json};

use crate::program::Program;

const MEMBERS: u32 = 100_000;
const ROUNDS: usize = 3;
/// A day is finalized within about a minute.
const TIMEOUT: Duration = Duration::from_secs(300);

pub fn run() -> Result<()> {
    let folder = tempfile::tempdir()?;
    finalized_day(folder.path())?;
    year::run(folder.path())
}

/// The storage and the response times of a finalized day.
fn finalized_day(folder: &Path) -> Result<()> {
    let data = folder.join("organisation");
    drop(Program::start(&data, MEMBERS)?);
    let corp = demo(&data)?["corp_id"].as_str().context("corp_id")?.to_owned();
    let database = Connection::open_with_flags(data.join("carillon.db"), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let days = "SELECT day FROM fact WHERE corp_id = ?1 GROUP BY day ORDER BY day DESC LIMIT 1 OFFSET 2";
    let day: i64 = database.query_row(days, [&corp], |row| row.get(0))?;
    generate(&data, &corp, (day, day), MEMBERS)?;
    let program = Program::start(&data, MEMBERS)?;
    let began = Instant::now();
    wait_until(|| is_final(&database, &corp, day))?;
    let finalized_after = began.elapsed();
    let (facts, fact_bytes): (i64, i64) = database.query_row(
        "SELECT count(*), sum(length(corp_id) + 4 + 4 + 16 + 6 + 3 + 1 + length(fields) + 1) FROM fact
         WHERE corp_id = ?1 AND day = ?2",
        params![corp, day],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let stored_bytes: i64 = database.query_row(
        "SELECT sum(length(content)) FROM stat_part WHERE corp_id = ?1 AND day = ?2",
        params![corp, day],
        |row| row.get(0),
    )?;
    println!(
        "  a day of {MEMBERS} members, {facts} facts: finalized {:.1} s after the start; stored in {:.1} MB, {:.2} kB for each member \
         and year; its facts are {:.1} MB",
        finalized_after.as_secs_f64(),
        stored_bytes as f64 / 1e6,
        stored_bytes as f64 * 365.0 / f64::from(MEMBERS) / 1e3,
        fact_bytes as f64 / 1e6,
    );

    check(&program, &day.to_string())?;
    response_times::run(folder, &program, &day.to_string())
}

/// Checks what is measured: numbers that are computed in different ways agree, and the pages of a list of all
/// members, on a day before all sign-ins, have each member once.
fn check(program: &Program, day: &str) -> Result<()> {
    let one = json!({ "request": { "data_id": day } });
    let active = &program.call("kac/datav/dau/summary/get", &one)?["result"];
    let members = active["contacts_count"].as_u64().context("contacts_count")?;
    ensure!(members >= u64::from(MEMBERS), "{members} members");
    let page = json!({ "request": { "data_id": day, "cursor": 0, "size": 1 } });
    let root = &program.call("kac/datav/dept/dau/list", &page)?["result"]["data"][0];
    for (of_root, of_all) in
        [("daily_active_users", "daily_active_users"), ("contacts_number", "contacts_count")]
    {
        ensure!(root[of_root] == active[of_all], "{root} against {active}");
    }
    let began = Instant::now();
    let (mut found, mut cursor) = (HashSet::new(), json!(0));
    loop {
        let page = json!({ "request": { "data_id": "20000101", "cursor": cursor, "size": 100 } });
        let list = &program.call("kac/datav/inactivated/user/list", &page)?["result"];
        for member in list["data"].as_array().context("data")? {
            let userid = member["userid"].as_str().context("userid")?;
            ensure!(found.insert(userid.to_owned()), "{userid} is listed twice");
        }
        if list["has_more"] == false {
            break;
        }
        cursor = list["next_cursor"].clone();
    }
    ensure!(found.len() as u64 == members, "{} of {members} members are listed", found.len());
    println!(
        "  a list of all {members} members, page by page: each once, in {:.1} s",
        began.elapsed().as_secs_f64()
    );
    Ok(())
}

fn demo(data: &Path) -> Result<Value> {
    Ok(serde_json::from_slice(&fs::read(data.join("demo.json"))?)?)
}

/// Generates facts of some members on each of some days, the same in every run.
fn generate(data: &Path, corp: &str, (from, to): (i64, i64), members: u32) -> Result<()> {
    let program = std::env::current_exe()?.with_file_name("carillon");
    let done = Command::new(program)
        .args(["facts", "generate", "--corp", corp, "--seed", "7", "--json"])
        .args(["--from", &from.to_string(), "--to", &to.to_string(), "--members", &members.to_string()])
        .arg("--data")
        .arg(data)
        .output()?;
    if !done.status.success() {
        bail!("facts generate: {}", String::from_utf8_lossy(&done.stderr));
    }
    Ok(())
}

fn wait_until(mut done: impl FnMut() -> Result<bool>) -> Result<()> {
    let began = Instant::now();
    while !done()? {
        if began.elapsed() > TIMEOUT {
            bail!("the statistics are not finalized");
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    Ok(())
}

fn is_final(database: &Connection, corp: &str, day: i64) -> Result<bool> {
    let open: i64 = database.query_row(
        "SELECT count(*) FROM stat_day WHERE corp_id = ?1 AND day = ?2 AND cumulative > 0
         AND seq = (SELECT max(seq) FROM fact WHERE corp_id = ?1 AND day = ?2)",
        params![corp, day],
        |row| row.get(0),
    )?;
    Ok(open == 1)
}
