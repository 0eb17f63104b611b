//! What Carillon costs, compared with the simplest alternative in the same run: machines differ and are noisy,
//! ratios less so. `cargo xtask bench` builds with optimisation, installs `wrk` and runs this.

mod baseline;
mod console;
mod contacts;
mod events;
mod facts;
mod inbox;
mod list;
mod live;
mod load;
mod measure;
mod mixed;
mod organisation;
mod program;
mod rows;
mod send;
mod sessions;
mod small_audiences;
mod start;
mod stats;
mod update;
mod wrk;

use anyhow::{Result, bail};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Benchmark = fn() -> Result<()>;

const BENCHMARKS: [(&str, Benchmark); 13] = [
    ("start", start::run),
    ("list", list::run),
    ("update", update::run),
    ("mixed", mixed::run),
    ("live", live::run),
    ("contacts", contacts::run),
    ("console", console::run),
    ("send", send::run),
    ("inbox", inbox::run),
    ("small", small_audiences::run),
    ("facts", facts::run),
    ("stats", stats::run),
    ("events", events::run),
];

/// Runs the named benchmarks, or all. A benchmark that needs more processes starts this program again.
fn main() -> Result<()> {
    let named: Vec<String> = std::env::args().skip(1).collect();
    match named.first().map(String::as_str) {
        Some(live::CLIENT) => return live::run_client(&named[1..]),
        Some(live::BARE_SERVER) => return live::run_bare_server(),
        _ => {}
    }
    if let Some(unknown) = named.iter().find(|name| BENCHMARKS.iter().all(|(known, _)| known != name)) {
        bail!("no benchmark is called {unknown}: there are {:?}", BENCHMARKS.map(|(name, _)| name));
    }
    for (name, run) in BENCHMARKS {
        if named.is_empty() || named.iter().any(|wanted| wanted == name) {
            println!("{name}");
            run()?;
        }
    }
    Ok(())
}
