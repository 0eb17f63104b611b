//! `carillon calls list --follow`: prints calls as they come. The running server is asked once a second.

use std::{
    collections::HashSet,
    io::{self, Write},
    path::Path,
    thread,
    time::Duration,
};

use anyhow::{Result, bail};
use serde_json::Value;

use super::Action;
use crate::{
    cmd::{AdminCommand, format_lines},
    commands,
};

/// The server writes the calls in its memory when it is asked, so this is how late they are.
const INTERVAL: Duration = Duration::from_secs(1);
/// Calls that the server is asked for at once.
const PER_REQUEST: u16 = 1_000;
/// Requests for the calls of one interval. There are no more calls than that in a second, by the limit of the journal.
const MAX_REQUESTS: usize = 20;

/// What calls are listed.
#[derive(Clone)]
pub struct Listed {
    pub corp: String,
    pub caller: String,
    pub operation: String,
    pub code: String,
    pub refused: bool,
    pub limit: u16,
}

/// Prints until the output is closed.
pub fn run(data: &Path, listed: &Listed, json: bool) -> Result<()> {
    let mut output = io::stdout();
    // As many as later requests return, so that everything else in those is new.
    let (first, _) = request(data, listed, PER_REQUEST, None)?;
    let mut known: HashSet<String> = first.iter().filter_map(id).collect();
    for call in first.iter().take(listed.limit.into()).rev() {
        if print(&mut output, call, json).is_err() {
            return Ok(());
        }
    }
    loop {
        thread::sleep(INTERVAL);
        let (new, newest) = since(data, listed, &known)?;
        for call in new.iter().rev() {
            if print(&mut output, call, json).is_err() {
                return Ok(());
            }
        }
        known = newest;
    }
}

/// Returns the calls that are not known, the newest first, and the ids to know next time.
fn since(data: &Path, listed: &Listed, known: &HashSet<String>) -> Result<(Vec<Value>, HashSet<String>)> {
    let (mut new, mut newest, mut next) = (Vec::new(), HashSet::new(), None);
    for _ in 0..MAX_REQUESTS {
        let (calls, more) = request(data, listed, PER_REQUEST, next)?;
        let reaches_known = calls.iter().filter_map(id).any(|id| known.contains(&id));
        newest.extend(calls.iter().filter_map(id));
        new.extend(calls.into_iter().filter(|call| id(call).is_some_and(|id| !known.contains(&id))));
        if reaches_known || more.is_none() {
            break;
        }
        next = more;
    }
    Ok((new, newest))
}

fn id(call: &Value) -> Option<String> {
    call["request_id"].as_str().map(str::to_owned)
}

/// Returns calls, the newest first, and where the next page begins.
fn request(
    data: &Path,
    listed: &Listed,
    limit: u16,
    next: Option<String>,
) -> Result<(Vec<Value>, Option<String>)> {
    let Listed { corp, caller, operation, code, refused, .. } = listed.clone();
    let action = Action::List { corp, caller, operation, code, refused, limit, next, follow: false };
    let Some(output) = commands::send(data, &AdminCommand::Calls(action))? else {
        bail!("no server is running on the data folder, so there is nothing to follow");
    };
    let rows: Vec<Value> = serde_json::from_value(output)?;
    let next = rows.last().and_then(|row| row["next"].as_str()).map(str::to_owned);
    Ok((rows.into_iter().filter(|row| row["request_id"].is_string()).collect(), next))
}

fn print(output: &mut impl Write, call: &Value, json: bool) -> io::Result<()> {
    let text = if json { format!("{call}\n") } else { format!("{}\n", format_lines(call)) };
    output.write_all(text.as_bytes())?;
    output.flush()
}
