//! Measurements of a server under load, and whether they stay flat.

use std::{fmt, time::Duration};

const MB: f64 = 1_048_576.0;

/// One row of the table.
#[derive(Clone, Debug)]
pub struct Sample {
    pub elapsed: Duration,
    pub requests: u64,
    pub errors: u64,
    pub sends: u64,
    /// The minimum of resident bytes since the last sample: each password verification takes 19 MB for a moment.
    pub resident: u64,
    /// The maximum size of the write-ahead log since the last sample, in bytes.
    pub log: u64,
    /// Used bytes of the database, including those in the log.
    pub database: u64,
    pub open_files: u64,
    /// Conversations with waiting events.
    pub waiting_events: u64,
    /// Rows of receipts and activity that are not folded yet.
    pub waiting_marks: u64,
}

impl Sample {
    pub const HEAD: &str = "| seconds | requests | errors | sends | resident MB | log MB | database MB | open files | events waiting | marks waiting |\n\
                            |---|---|---|---|---|---|---|---|---|---|";
}

impl fmt::Display for Sample {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mb = |bytes: u64| bytes as f64 / MB;
        write!(
            formatter,
            "| {} | {} | {} | {} | {:.1} | {:.1} | {:.1} | {} | {} | {} |",
            self.elapsed.as_secs(),
            self.requests,
            self.errors,
            self.sends,
            mb(self.resident),
            mb(self.log),
            mb(self.database),
            self.open_files,
            self.waiting_events,
            self.waiting_marks
        )
    }
}

/// The tolerance between the last third of a run and the first third after the warm-up, which is a quarter of the run.
pub struct Tolerance {
    /// The largest growth of memory: relative, and in bytes.
    resident: (f64, f64),
    /// The largest relative difference of the database's growth per send.
    bytes_per_send: f64,
    open_files: u64,
    waiting_events: u64,
    waiting_marks: u64,
}

impl Tolerance {
    pub const LONG: Self = Self {
        resident: (0.05, 8.0 * MB),
        bytes_per_send: 0.25,
        open_files: 16,
        waiting_events: 64,
        waiting_marks: 5_000,
    };
    /// A short run has a relatively long warm-up and small numbers.
    pub const SHORT: Self = Self {
        resident: (0.15, 24.0 * MB),
        bytes_per_send: 1.0,
        open_files: 32,
        waiting_events: 256,
        waiting_marks: 5_000,
    };
}

/// The limit of the write-ahead log in the default configuration.
const LOG_LIMIT: u64 = 64 << 20;

/// The comparisons: whether each is within its tolerance, and its text.
pub struct Report(Vec<(bool, String)>);

impl Report {
    pub fn is_flat(&self) -> bool {
        self.0.iter().all(|(is_flat, _)| *is_flat)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (is_flat, line) in &self.0 {
            writeln!(formatter, "- {}: {line}", if *is_flat { "flat" } else { "NOT FLAT" })?;
        }
        Ok(())
    }
}

/// Compares the first third after the warm-up with the last one.
pub fn compare(samples: &[Sample], tolerance: &Tolerance) -> Report {
    let warm = &samples[samples.len() / 4..];
    let third = warm.len() / 3;
    assert!(third >= 2, "the run is too short: {} samples", samples.len());
    let (first, last) = (&warm[..third], &warm[warm.len() - third..]);
    let mean = |part: &[Sample], value_of: fn(&Sample) -> u64| {
        part.iter().map(|sample| value_of(sample) as f64).sum::<f64>() / part.len() as f64
    };
    let max =
        |part: &[Sample], value_of: fn(&Sample) -> u64| part.iter().map(value_of).max().unwrap_or_default();

    let resident = [first, last].map(|part| mean(part, |sample| sample.resident));
    let (ratio, bytes) = tolerance.resident;
    let memory = (
        resident[1] <= resident[0] * (1.0 + ratio) + bytes,
        format!(
            "memory {:.1} MB, then {:.1} MB; it may grow by {:.0} % and {:.0} MB",
            resident[0] / MB,
            resident[1] / MB,
            ratio * 100.0,
            bytes / MB
        ),
    );
    let largest = max(samples, |sample| sample.log);
    let log = (
        largest <= LOG_LIMIT,
        format!("log at most {:.1} MB of {:.0} MB", largest as f64 / MB, LOG_LIMIT as f64 / MB),
    );
    let per_send = [first, last].map(growth_per_send);
    let database = (
        (per_send[1] / per_send[0] - 1.0).abs() <= tolerance.bytes_per_send,
        format!(
            "database {:.0} bytes for each send and what belongs to it, then {:.0}; they may differ by {:.0} %",
            per_send[0],
            per_send[1],
            tolerance.bytes_per_send * 100.0
        ),
    );
    let compared = |name: &str, value_of: fn(&Sample) -> u64, more: u64| {
        let (before, after) = (max(first, value_of), max(last, value_of));
        (after <= before + more, format!("{name} at most {before}, then {after}; there may be {more} more"))
    };
    let errors = samples.last().map_or(0, |sample| sample.errors);
    Report(vec![
        memory,
        log,
        database,
        compared("open files", |sample| sample.open_files, tolerance.open_files),
        compared("events waiting", |sample| sample.waiting_events, tolerance.waiting_events),
        compared("marks waiting", |sample| sample.waiting_marks, tolerance.waiting_marks),
        (errors == 0, format!("{errors} errors")),
    ])
}

fn growth_per_send(part: &[Sample]) -> f64 {
    let (Some(first), Some(last)) = (part.first(), part.last()) else { return 0.0 };
    (last.database as f64 - first.database as f64) / (last.sends - first.sends).max(1) as f64
}

mod tests {
    use super::*;

    fn run(resident: impl Fn(u64) -> u64, database: impl Fn(u64) -> u64, log: u64) -> Vec<Sample> {
        (0..20)
            .map(|number| Sample {
                elapsed: Duration::from_secs(number * 30),
                requests: number * 100,
                errors: 0,
                sends: number * 10,
                resident: resident(number),
                log,
                database: database(number),
                open_files: 40,
                waiting_events: 0,
                waiting_marks: 10,
            })
            .collect()
    }

    #[test]
    fn growth_is_detected() {
        let is_flat = |samples: &[Sample]| compare(samples, &Tolerance::LONG).is_flat();
        let steady = |number: u64| (1 << 20) + number * 50_000;
        assert!(is_flat(&run(|_| 100 << 20, steady, 4 << 20)));
        assert!(is_flat(&run(|number| (100 << 20) + (number % 2) * (4 << 20), steady, LOG_LIMIT)));
        assert!(!is_flat(&run(|number| (100 << 20) + number * (2 << 20), steady, 4 << 20)));
        assert!(!is_flat(&run(|_| 100 << 20, |number| number * number * 50_000, 4 << 20)));
        assert!(!is_flat(&run(|_| 100 << 20, steady, LOG_LIMIT + 1)));
        let mut refused = run(|_| 100 << 20, steady, 4 << 20);
        refused[19].errors = 1;
        assert!(!is_flat(&refused));
        refused[19].errors = 0;
        refused[19].open_files = 57;
        assert!(!is_flat(&refused));
    }
}
