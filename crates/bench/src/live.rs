//! Live pages: the memory of an idle one, and the time until a send to everybody has reached the last one. The
//! baseline is a server that does nothing but write the same bytes to as many connections.

mod bare_server;
mod client;

use std::{fs, time::Duration};

use anyhow::{Context, Result};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::{Value, json};

pub use bare_server::serve as run_bare_server;
pub use client::run as run_client;

use crate::{
    measure::{median_of, ms, resident_kb, times},
    program::Program,
    sessions,
};
use client::{CLIENTS, Clients};

/// First argument of the processes that this program starts: clients that open pages, and the bare server.
pub const CLIENT: &str = "--live-client";
pub const BARE_SERVER: &str = "--bare-server";

/// Number of pages, one for each member, if the limits of the machine permit.
const PAGES: usize = 18_000;
/// Open files of a server beside its pages.
const OTHER_FILES: u64 = 500;
const SENDS: usize = 9;
/// After this time the allocator has returned unused memory.
const SETTLED_AFTER: Duration = Duration::from_secs(2);
const AIM_KB: f64 = 13.5;
/// The root department, which has all members.
const EVERYBODY: i64 = 1;

pub fn run() -> Result<()> {
    let pages = available_pages()?.min(PAGES) / CLIENTS * CLIENTS;
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
    // Includes what the program allocates once for any page.
    let kb_per_page = (resident_kb(program.process())? - before) / pages as f64;
    let mut number = 0;
    let carillon = time_to_reach_all(&mut clients, || {
        number += 1;
        let send = json!({ "unionid": account, "is_to_all": true, "msg_type": "text",
                           "text_content": format!("Message {number}"), "uuid": number.to_string() });
        program.call("message/mass/send", &send).map(drop)
    })?;
    drop((clients, program));

    let mut server = bare_server::Server::start()?;
    let mut clients = Clients::open(server.address, &cookies, pages)?;
    let baseline = time_to_reach_all(&mut clients, || server.send())?;
    println!("  {pages} idle pages: {kb_per_page:.1} kB each (aim: {AIM_KB})");
    println!(
        "  a send to everybody: the last of {pages} pages reached after {:.0} ms, by the bare server {:.0} ms: {:.2} times as long",
        ms(carillon),
        ms(baseline),
        times(carillon, baseline)
    );
    Ok(())
}

/// The number of pages that fit: a server has a file for each, and the clients a port. Raises the limit of open
/// files to the maximum.
fn available_pages() -> Result<usize> {
    let limit = getrlimit(Resource::Nofile);
    // Child processes inherit the limit.
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum })?;
    let files = limit.maximum.unwrap_or(u64::MAX);
    let ports = fs::read_to_string("/proc/sys/net/ipv4/ip_local_port_range")?;
    let ports: Vec<u64> = ports.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    let ports = ports.last().zip(ports.first()).map_or(0, |(last, first)| last - first);
    Ok(usize::try_from(files.min(ports).saturating_sub(OTHER_FILES))?)
}

/// Measures the time until a send has reached all pages.
fn time_to_reach_all(clients: &mut Clients, mut send: impl FnMut() -> Result<()>) -> Result<Duration> {
    median_of(SENDS, || {
        send()?;
        clients.await_event()
    })
}
