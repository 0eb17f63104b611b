//! The annual report of 100,000 members. Some of them have facts on each day of the year.

use std::path::Path;

use anyhow::{Context, Result};
use rusqlite::{Connection, OpenFlags, params};
use serde_json::{Value, json};

use super::{MEMBERS, demo, generate, wait_until};
use crate::{
    measure::{median_of, ms, time, times},
    program::Program,
    rows,
};

/// Members with facts on each day. Facts of all members would be hundreds of millions.
const ACTIVE: u32 = 1_000;
const DAYS: u32 = 365;
/// Numbers in a row of a day, about as many as the report adds up.
const NUMBERS: usize = 30;
const CALLS: usize = 101;

/// The report of the organisation, of a department and of a member, against the sum of day rows in one statement.
/// Uses the data folder of the finalized day.
pub fn run(folder: &Path) -> Result<()> {
    let data = folder.join("organisation");
    let demo = demo(&data)?;
    let corp = demo["corp_id"].as_str().context("corp_id")?;
    let database = Connection::open_with_flags(data.join("carillon.db"), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let now: i64 =
        database.query_row("SELECT max(day) FROM fact WHERE corp_id = ?1", [corp], |row| row.get(0))?;
    let year = now / 10_000 - 1;
    let generated = time(|| generate(&data, corp, (year * 10_000 + 101, year * 10_000 + 1_231), ACTIVE))?;
    let program = Program::start(&data, MEMBERS)?;
    let finalized_after = time(|| wait_until(|| is_final(&database, corp, year)))?;
    let (facts, stored_bytes): (i64, i64) = database.query_row(
        "SELECT (SELECT count(*) FROM fact WHERE corp_id = ?1 AND day / 10000 = ?2),
                (SELECT sum(length(content)) FROM stat_part WHERE corp_id = ?1 AND day / 10000 = ?2)
                + (SELECT sum(length(content)) FROM stat_year_part WHERE corp_id = ?1 AND year = ?2)",
        params![corp, year],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    println!(
        "  a year in which {ACTIVE} of {MEMBERS} members had facts each day, {facts} facts: generated in {:.0} s, finalized {:.0} s \
         after the start; stored in {:.1} MB, {:.1} kB for each of them",
        generated.as_secs_f64(),
        finalized_after.as_secs_f64(),
        stored_bytes as f64 / 1e6,
        stored_bytes as f64 / 1e3 / f64::from(ACTIVE),
    );

    let rows = day_rows(folder)?;
    let sums: Vec<String> = (0..NUMBERS).map(|number| format!("sum(n{number})")).collect();
    let sums = sums.join(", ");
    let of_all = format!("SELECT {sums} FROM day_of_member");
    let of_one = format!("SELECT {sums} FROM day_of_member WHERE member = 7");
    for (name, body, statement) in [
        ("the organisation", json!({ "type": 1 }), &of_all),
        ("a department", json!({ "type": 2, "dept_id": demo["departments"][0]["dept_id"] }), &of_all),
        ("a member", json!({ "type": 3, "user_id": demo["members"][0]["userid"] }), &of_one),
    ] {
        let mut request: Value = body;
        request["year"] = json!(year.to_string());
        let carillon = median_of(CALLS, || program.call("kac/datav/annual_report/get", &request).map(drop))?;
        let mut sum = rows.prepare(statement)?;
        let baseline =
            median_of(CALLS.min(11), || Ok(sum.query_row([], |row| row.get::<_, i64>(0)).map(drop)?))?;
        println!(
            "  the year of {name}: {:.2} ms over HTTP, the sum of its day rows {:.2} ms: {:.4} times as long",
            ms(carillon),
            ms(baseline),
            times(carillon, baseline)
        );
    }
    Ok(())
}

/// A row for each day and active member, ordered by member.
fn day_rows(folder: &Path) -> Result<Connection> {
    let mut database = rows::database(folder)?;
    let columns: Vec<String> = (0..NUMBERS).map(|number| format!("n{number} INTEGER")).collect();
    database.execute_batch(&format!(
        "CREATE TABLE day_of_member (member INTEGER, day INTEGER, {}, PRIMARY KEY (member, day)) WITHOUT ROWID",
        columns.join(", ")
    ))?;
    let unit = database.transaction()?;
    {
        let values: Vec<String> = (0..NUMBERS).map(|number| format!("(?1 + ?2 + {number}) % 17")).collect();
        let mut insert =
            unit.prepare(&format!("INSERT INTO day_of_member VALUES (?1, ?2, {})", values.join(", ")))?;
        for member in 0..ACTIVE {
            for day in 0..DAYS {
                insert.execute([member, day])?;
            }
        }
    }
    unit.commit()?;
    Ok(database)
}

fn is_final(database: &Connection, corp: &str, year: i64) -> Result<bool> {
    let sql = "SELECT count(*) FROM stat_year WHERE corp_id = ?1 AND year = ?2";
    Ok(database.query_row(sql, params![corp, year], |row| row.get::<_, i64>(0))? == 1)
}
