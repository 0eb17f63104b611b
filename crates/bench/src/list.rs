//! `serviceaccount/list` under load against a bare axum handler that answers the same bytes.

use anyhow::Result;
use serde_json::json;

use crate::{baseline, measure::median, program::Program, wrk};

const ACCOUNTS: u64 = 20;
const ROUNDS: usize = 5;

pub fn run() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let program = Program::start(&folder.path().join("data"), 300)?;
    program.add_accounts_up_to(ACCOUNTS)?;
    let body = json!({ "pageStart": 1, "pageSize": 5 });
    let answer = program.call("serviceaccount/list", &body)?;
    let bare = format!("http://{}/", baseline::serve(answer.to_string())?);
    let full = program.address("serviceaccount/list");

    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let ours = wrk::posts_a_second(folder.path(), &full, &body)?;
        let theirs = wrk::posts_a_second(folder.path(), &bare, &body)?;
        rounds.push((ours / theirs, ours, theirs));
    }
    rounds.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (ratio, ours, theirs) = median(&rounds);
    println!(
        "  5 of {ACCOUNTS} accounts: {ours:.0}/s, bare axum {theirs:.0}/s: {ratio:.2} of it (aim: 0.80)"
    );
    Ok(())
}
