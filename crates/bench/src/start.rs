//! The time until the program is ready on an existing folder, and its idle memory.

use anyhow::Result;

use crate::{
    measure::{median, ms},
    program::Program,
};

const STARTS: usize = 9;

pub fn run() -> Result<()> {
    let folder = tempfile::tempdir()?;
    drop(Program::start(folder.path(), 300)?);
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let program = Program::start(folder.path(), 300)?;
        starts.push((program.ready_after, program.resident_mb()?));
    }
    starts.sort_by_key(|(ready_after, _)| *ready_after);
    let (ready_after, resident) = median(&starts);
    println!("  ready after {:.0} ms (aim: 100), {resident:.0} MB resident (aim: 40)", ms(ready_after));
    Ok(())
}
