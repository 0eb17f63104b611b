//! Times, medians and memory.

use std::{
    fs,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};

/// The time that `work` takes.
pub fn time(mut work: impl FnMut() -> Result<()>) -> Result<Duration> {
    let began = Instant::now();
    work()?;
    Ok(began.elapsed())
}

/// The median time of several runs.
pub fn median_of(runs: usize, mut work: impl FnMut() -> Result<()>) -> Result<Duration> {
    let mut times = (0..runs).map(|_| time(&mut work)).collect::<Result<Vec<_>>>()?;
    times.sort_unstable();
    Ok(median(&times))
}

/// The median of sorted values.
pub fn median<T: Copy>(sorted: &[T]) -> T {
    sorted[sorted.len() / 2]
}

/// The smallest value that at least `percent` percent of the sorted values do not exceed.
pub fn percentile(sorted: &[Duration], percent: usize) -> Result<Duration> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().context("nothing was measured")
}

/// Resident memory of a process, in kilobytes.
pub fn resident_kb(process: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

/// As milliseconds.
pub fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// As microseconds.
pub fn us(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// The ratio of two times.
pub fn times(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}
