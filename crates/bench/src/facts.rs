//! Ingesting facts over HTTP, against rows: of the same bytes, and of the values that a fact is stored as. The rows of a fact are unique by
//! its id, as facts are.

use std::{
    fs, process,
    time::{Duration, UNIX_EPOCH},
};

use anyhow::{Context, Result};
use rusqlite::{Connection, params};
use serde_json::{Value, json};

use crate::{
    measure::{median, ms, processor_time_of, time, times},
    program::Program,
    rows,
};

const FACTS: usize = 50_000;
const ROUNDS: usize = 5;

pub fn run() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let program = Program::start(&data, 300)?;
    let mut database = rows::database(folder.path())?;
    database.execute_batch(
        "CREATE TABLE line (seq INTEGER PRIMARY KEY, body TEXT NOT NULL);
         CREATE TABLE unique_fact (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, member TEXT NOT NULL,
                                   kind TEXT NOT NULL, count INTEGER NOT NULL)",
    )?;
    let userids = program.members(&data)?;
    let now = fs::metadata(data.join("demo.json"))?.modified()?.duration_since(UNIX_EPOCH)?.as_millis();
    let mut rounds = Vec::new();
    let (mut of_carillon, mut of_rows) = (Duration::ZERO, Duration::ZERO);
    for round in 0..ROUNDS {
        let facts: Vec<Value> = (0..FACTS)
            .map(|number| {
                json!({ "id": format!("bench-{round}-{number}"), "time": now, "userId": userids[number % userids.len()],
                        "kind": "single_message", "count": 1 + number % 9 })
            })
            .collect();
        let lines: Vec<String> = facts.iter().map(Value::to_string).collect();
        let body = lines.join("\n");
        let (processor, carillon) =
            processor_time_of(program.process(), || time(|| program.send_facts(&body, FACTS)))?;
        let (processor_rows, rows) =
            processor_time_of(process::id(), || time(|| insert_lines(&mut database, &lines)))?;
        of_carillon += processor;
        of_rows += processor_rows;
        let unique = time(|| insert_unique(&mut database, &lines))?;
        rounds.push((times(carillon, rows), times(carillon, unique), carillon, rows, unique));
    }
    rounds.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (ratio, ratio_unique, carillon, rows, unique) = median(&rounds);
    let rate = |time: Duration| FACTS as f64 / time.as_secs_f64();
    println!(
        "  {FACTS} facts in one body: {:.0}/s; rows of the same bytes {:.0}/s: {ratio:.1} times as long (aim: 6); parsed lines as rows that \
         are unique by id {:.0}/s: {ratio_unique:.1} times as long; processor time of all bodies {:.0} ms, of the rows of the same bytes \
         {:.0} ms: {:.1} times as long",
        rate(carillon),
        rate(rows),
        rate(unique),
        ms(of_carillon),
        ms(of_rows),
        times(of_carillon, of_rows),
    );
    Ok(())
}

fn insert_lines(database: &mut Connection, lines: &[String]) -> Result<()> {
    let unit = database.transaction()?;
    {
        let mut insert = unit.prepare_cached("INSERT INTO line (body) VALUES (?1)")?;
        for line in lines {
            insert.execute(params![line])?;
        }
    }
    Ok(unit.commit()?)
}

/// Parses the lines and inserts their values, unless a row has the id.
fn insert_unique(database: &mut Connection, lines: &[String]) -> Result<()> {
    let unit = database.transaction()?;
    {
        let mut insert = unit.prepare_cached(
            "INSERT INTO unique_fact (id, at, member, kind, count) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
        )?;
        for line in lines {
            let fact: Value = serde_json::from_str(line)?;
            let text = |name: &str| fact[name].as_str().context("text");
            let number = |name: &str| fact[name].as_i64().context("number");
            insert.execute(params![
                text("id")?,
                number("time")?,
                text("userId")?,
                text("kind")?,
                number("count")?
            ])?;
        }
    }
    Ok(unit.commit()?)
}
