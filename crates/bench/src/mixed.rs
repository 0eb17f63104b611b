//! Reads with and without concurrent sends: readers must not wait for durable writes.

use std::{borrow::Cow, fs, time::Duration};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::{
    load::{self, Kind, Measurement, Request},
    measure::{ms, percentile, times},
    program::Program,
    sessions,
};

const CONNECTIONS: [usize; 2] = [64, 512];
/// Members of the organisation.
const MEMBERS: u32 = 1_000;
/// Members of the department that receives the sends. They are too many for index rows.
const DEPARTMENT: usize = 300;
/// One request in this many is a send.
const SEND_EVERY: usize = 10;
const WARM_UP: Duration = Duration::from_secs(1);
const TIME: Duration = Duration::from_secs(5);
const AIM: f64 = 5.0;

pub fn run() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let program = Program::start(&data, MEMBERS)?;
    let dept = program.add_department("群发部", DEPARTMENT)?;
    drop(program);
    let demo: Value = serde_json::from_slice(&fs::read(data.join("demo.json"))?)?;
    let corp = demo["corp_id"].as_str().context("demo.json")?;
    let cookies = sessions::begin(&data, corp, dept, DEPARTMENT)?;

    let program = Program::start(&data, MEMBERS)?;
    let reads = reads(&program, &cookies)?;
    for connections in CONNECTIONS {
        // A new account: a round must not read the messages of another.
        let account = program.add_account(&format!("Sends from {connections}"))?;
        let read = |connection: usize, number: usize| Request {
            kind: Kind::Read,
            // Neighbouring connections request different things at any time.
            bytes: Cow::Borrowed(&reads[(connection * 7 + number) % reads.len()]),
        };
        let mixed = |connection: usize, number: usize| {
            let turn = connection + number;
            if !turn.is_multiple_of(SEND_EVERY) {
                return read(connection, number);
            }
            let name = format!("{connection}-{number}");
            let send = json!({ "unionid": account, "dep_id_list": dept.to_string(), "is_to_all": false, "msg_type": "text",
                               "text_content": format!("Message {name}"), "uuid": name });
            let send = post(&program.path("message/mass/send"), &send);
            Request { kind: Kind::Write, bytes: Cow::Owned(send) }
        };
        let alone = load::run(program.socket()?, connections, (WARM_UP, TIME), read)?;
        let mixed = load::run(program.socket()?, connections, (WARM_UP, TIME), mixed)?;
        report(connections, &alone, &mixed)?;
    }
    Ok(())
}

/// Requests of three kinds in turn, for each member: the accounts, the member's inbox, and a file on that page.
fn reads(program: &Program, cookies: &[String]) -> Result<Vec<Vec<u8>>> {
    let listed = program.call("serviceaccount/list", &json!({ "pageSize": 5 }))?;
    let files: Vec<String> = listed["items"]
        .as_array()
        .context("items")?
        .iter()
        .map(|account| Ok(format!("/media/{}", account["avatar_media_id"].as_str().context("avatar")?)))
        .collect::<Result<_>>()?;
    let list = post(&program.path("serviceaccount/list"), &json!({ "pageStart": 1, "pageSize": 5 }));
    let of_member =
        |(cookie, file): (&String, &String)| [list.clone(), get("/inbox", cookie), get(file, cookie)];
    Ok(cookies.iter().zip(files.iter().cycle()).flat_map(of_member).collect())
}

fn get(path: &str, cookie: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: bench\r\nCookie: {cookie}\r\n\r\n").into_bytes()
}

fn post(path: &str, body: &Value) -> Vec<u8> {
    let body = body.to_string();
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

fn report(connections: usize, alone: &Measurement, mixed: &Measurement) -> Result<()> {
    let (without_sends, with_sends) = (percentile(&alone.reads, 99)?, percentile(&mixed.reads, 99)?);
    println!(
        "  {connections} connections: reads alone {:.0}/s, p50 {:.1} ms, p99 {:.1} ms; with one send in {SEND_EVERY} {:.0}/s, reads p50 \
         {:.1} ms, p99 {:.1} ms, sends p50 {:.1} ms, p99 {:.1} ms; p99 of reads {:.1} times as long (aim: less than {AIM:.0})",
        alone.rate,
        ms(percentile(&alone.reads, 50)?),
        ms(without_sends),
        mixed.rate,
        ms(percentile(&mixed.reads, 50)?),
        ms(with_sends),
        ms(percentile(&mixed.writes, 50)?),
        ms(percentile(&mixed.writes, 99)?),
        times(with_sends, without_sends),
    );
    Ok(())
}
