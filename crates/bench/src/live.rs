//! Live pages: the memory that an idle one takes, and the time until a send to everybody has reached the last one, against a server
//! that does nothing but write the same bytes to as many connections.

mod bare;
mod client;

use std::{fs, time::Duration};

use anyhow::{Context, Result};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::{Value, json};

pub use bare::serve as bare_server;
pub use client::run as client;

use crate::{
    measure::{median_of, ms, resident_kb, times},
    program::Program,
    sessions,
};
use client::{CLIENTS, Clients};

/// First argument of this program where it opens pages, and where it is the bare server.
pub const CLIENT: &str = "--live-client";
pub const BARE_SERVER: &str = "--bare-server";

/// Pages that are opened, one for each member, where the limits of the machine have room for them.
const PAGES: usize = 18_000;
/// Open files of a server that are no pages.
const OTHER_FILES: u64 = 500;
const SENDS: usize = 9;
/// After which the allocator has given back what it does not need.
const SETTLED_AFTER: Duration = Duration::from_secs(2);
const AIM_KB: f64 = 13.5;
/// The root department: all members.
const EVERYBODY: i64 = 1;

pub fn run() -> Result<()> {
    let pages = room()?.min(PAGES) / CLIENTS * CLIENTS;
    if pages < PAGES {
        println!("  the limits of this machine have room for {pages} pages of {PAGES}");
    }
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let members = u32::try_from(PAGES)?;
    drop(Program::start(&data, members)?);
    let demo: Value = serde_json::from_slice(&fs::read(data.join("demo.json"))?)?;
    let corp = demo["corp_id"].as_str().context("demo.json")?;
    let cookies = folder.path().join("cookies");
    fs::write(&cookies, sessions::begin(&data, corp, EVERYBODY, pages)?.join("\n"))?;

    let program = Program::start_with(&data, members, &[("CARILLON_LIVE_PAGES", &pages.to_string())])?;
    let account = program.add_account("Sends")?;
    let before = resident_kb(program.process())?;
    let mut clients = Clients::open(program.socket()?, &cookies, pages)?;
    std::thread::sleep(SETTLED_AFTER);
    // What is needed once to serve any page is in it.
    let kb_of_page = (resident_kb(program.process())? - before) / pages as f64;
    let mut number = 0;
    let ours = told_after(&mut clients, || {
        number += 1;
        let send = json!({ "unionid": account, "is_to_all": true, "msg_type": "text",
                           "text_content": format!("Message {number}"), "uuid": number.to_string() });
        program.call("message/mass/send", &send).map(drop)
    })?;
    drop((clients, program));

    let mut server = bare::Server::start()?;
    let mut clients = Clients::open(server.address, &cookies, pages)?;
    let theirs = told_after(&mut clients, || server.send())?;
    println!("  {pages} idle pages: {kb_of_page:.1} kB each (aim: {AIM_KB})");
    println!(
        "  a send to everybody: the last of {pages} pages told after {:.0} ms, by the bare server {:.0} ms: {:.2} times as long",
        ms(ours),
        ms(theirs),
        times(ours, theirs)
    );
    Ok(())
}

/// How many pages fit: a server has a file for each, and the clients have a port. Raises the limit of open files to what it may be.
fn room() -> Result<usize> {
    let limit = getrlimit(Resource::Nofile);
    // What this program starts inherits it.
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum })?;
    let files = limit.maximum.unwrap_or(u64::MAX);
    let ports = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range")?;
    let ports: Vec<u64> = ports.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    let ports = ports.last().zip(ports.first()).map_or(0, |(last, first)| last - first);
    Ok(usize::try_from(files.min(ports).saturating_sub(OTHER_FILES))?)
}

/// How long it takes until all pages have been told of a send.
fn told_after(clients: &mut Clients, mut send: impl FnMut() -> Result<()>) -> Result<Duration> {
    median_of(SENDS, || {
        send()?;
        clients.await_told()
    })
}
