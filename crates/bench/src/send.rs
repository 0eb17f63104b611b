//! A mass send, durable when it returns, against a row for each receiver in SQLite.

use std::time::Duration;

use anyhow::Result;
use serde_json::json;

use crate::{
    measure::{median_of, ms, times},
    program::Program,
    rows,
};

const SENDS: usize = 21;

pub fn run() -> Result<()> {
    let smaller = measure_send(100_000, 5, 20.0)?;
    let larger = measure_send(1_000_000, 3, 200.0)?;
    println!(
        "  from 100000 to 1000000 receivers: {:.2} times as long (aim: less than 2)",
        times(larger, smaller)
    );
    Ok(())
}

/// Sends to so many members. The row inserts run a few times only, because they are slow.
fn measure_send(members: u32, inserts: usize, aim: f64) -> Result<Duration> {
    let folder = tempfile::tempdir()?;
    let program = Program::start(&folder.path().join("data"), members)?;
    let account = program.add_account("Sends")?;
    let mut number = 0;
    let carillon = median_of(SENDS, || {
        number += 1;
        // New content each time: the rule against repeated content must not remove receivers.
        let text = format!("Message {number}");
        let send = json!({ "unionid": account, "is_to_all": true, "msg_type": "text", "text_content": text,
                           "uuid": number.to_string() });
        program.call("message/mass/send", &send).map(drop)
    })?;

    let mut database = rows::table(folder.path())?;
    let mut task = 0;
    let baseline = median_of(inserts, || {
        task += 1;
        rows::insert(&mut database, task, 1..=members)
    })?;
    println!(
        "  to {members} members: {:.2} ms, rows {:.0} ms: 1/{:.0} of it (aim: 1/{aim:.0})",
        ms(carillon),
        ms(baseline),
        times(baseline, carillon)
    );
    Ok(carillon)
}
