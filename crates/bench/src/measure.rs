//! Times, medians and memory.

use std::{
    fs,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

/// Ticks of processor time a second, as Linux shows them on all machines.
const TICKS_A_SECOND: f64 = 100.0;

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

/// Processor time that a process has used, and that of its children that have ended.
pub fn processor_time(process: u32) -> Result<[Duration; 2]> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name in parentheses may have spaces. The state follows it, and 10 fields later user and system time.
    let (_, fields) = stat.rsplit_once(')').context("no name")?;
    let ticks: Vec<f64> =
        fields.split_whitespace().skip(11).take(4).map(str::parse).collect::<Result<_, _>>()?;
    let [user, system, children_user, children_system] = ticks[..] else { bail!("{stat}") };
    let of = |ticks: f64| Duration::from_secs_f64(ticks / TICKS_A_SECOND);
    Ok([of(user + system), of(children_user + children_system)])
}

/// The processor time that a process uses during `work`, and what `work` returns. On a busy machine it says more than elapsed time.
pub fn processor_time_of<T>(process: u32, work: impl FnOnce() -> Result<T>) -> Result<(Duration, T)> {
    let [before, _] = processor_time(process)?;
    let done = work()?;
    Ok((processor_time(process)?[0] - before, done))
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
