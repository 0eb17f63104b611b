//! A steady load on the demonstration: memory, the write-ahead log, open files and queues do not grow, and the database grows by the same
//! amount for each send. `cargo xtask proof soak MINUTES` is the long run; the tests run it for half a minute.

mod load;
mod samples;

use std::{
    fs,
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{
    program::{Program, executable},
    receiver::{AES_KEY, Receiver, TOKEN},
};

use load::{Load, Target};
use samples::{Sample, Tolerance};

/// The duration of a long run in seconds.
const SECONDS_VARIABLE: &str = "SOAK_SECONDS";
const SHORT: Duration = Duration::from_secs(24);
const LONG_INTERVAL: Duration = Duration::from_secs(30);
const SHORT_INTERVAL: Duration = Duration::from_secs(2);
/// The interval of the samples of memory and log size.
const SAMPLING_INTERVAL: Duration = Duration::from_millis(50);
const MEMBERS: &str = "1000";
/// No limits on the load.
const VARIABLES: [(&str, &str); 8] = [
    ("CARILLON_SEND_DAILY_TO_USER", "0"),
    ("CARILLON_SEND_DAILY_RECEIVERS_FACTOR", "0"),
    ("CARILLON_CHAT_MESSAGES_PER_MINUTE", "0"),
    ("CARILLON_SIGN_IN_PAIR_TRIES", "0"),
    ("CARILLON_SIGN_IN_ADDRESS_TRIES", "0"),
    ("CARILLON_SIGN_IN_USERID_TRIES", "0"),
    ("CARILLON_FILES_ORGANISATION_MEGABYTES", "0"),
    ("CARILLON_FILES_APP_MEGABYTES", "0"),
];

struct Soak {
    data: TempDir,
    program: Program,
    receiver: Receiver,
    load: Load,
    largest_log: AtomicU64,
    least_resident: AtomicU64,
    started: Instant,
}

impl Soak {
    fn start() -> Self {
        let data = TempDir::new().unwrap();
        let mut command = executable();
        command.args(["demo", "--members", MEMBERS]).envs(VARIABLES);
        let program = Program::spawn(&mut command, data.path());
        let demo: Value = serde_json::from_slice(&fs::read(data.path().join("demo.json")).unwrap()).unwrap();
        let token = program.token(&demo["app"]);
        let receiver = Receiver::start(demo["corp_id"].as_str().unwrap());
        let registration = json!({
            "call_back_tag": ["isw_user_msg_received"], "token": TOKEN, "aes_key": AES_KEY, "url": receiver.url,
        });
        let registered =
            program.json(&format!("/call_back/register_call_back?access_token={token}"), &registration);
        assert_eq!(registered["errcode"], 0, "{registered}");
        let load = Load::new(Target::new(&program.url, token, &demo));
        Self {
            data,
            program,
            receiver,
            load,
            largest_log: AtomicU64::new(0),
            least_resident: AtomicU64::new(u64::MAX),
            started: Instant::now(),
        }
    }

    fn log(&self) -> PathBuf {
        self.data.path().join("carillon.db-wal")
    }

    fn log_bytes(&self) -> u64 {
        fs::metadata(self.log()).map_or(0, |log| log.len())
    }

    fn sample(&self) -> Sample {
        let database = rusqlite::Connection::open(self.data.path().join("carillon.db")).unwrap();
        let number = |sql: &str| {
            let value: i64 = database.query_row(sql, [], |row| row.get(0)).unwrap();
            u64::try_from(value).unwrap()
        };
        let pages =
            number("SELECT page_count - freelist_count FROM pragma_page_count, pragma_freelist_count");
        Sample {
            elapsed: self.started.elapsed(),
            requests: self.load.requests.load(Ordering::SeqCst),
            errors: self.load.errors.load(Ordering::SeqCst),
            sends: self.load.sends.load(Ordering::SeqCst),
            resident: self.least_resident.swap(u64::MAX, Ordering::SeqCst).min(self.program.resident()),
            log: self.largest_log.swap(0, Ordering::SeqCst).max(self.log_bytes()),
            database: pages * number("SELECT page_size FROM pragma_page_size"),
            open_files: self.program.open_files() as u64,
            waiting_events: number("SELECT count(*) FROM event_queue"),
            waiting_marks: number(
                "SELECT (SELECT count(*) FROM receipt) + (SELECT count(*) FROM active_member)",
            ),
        }
    }

    /// Runs the load for a time. Returns a sample for each interval.
    fn run(&self, time: Duration, interval: Duration) -> Vec<Sample> {
        println!("{}", Sample::HEAD);
        thread::scope(|scope| {
            self.load.start(scope);
            let mut samples = Vec::new();
            let mut next = interval;
            while next <= time {
                while self.started.elapsed() < next {
                    self.largest_log.fetch_max(self.log_bytes(), Ordering::SeqCst);
                    self.least_resident.fetch_min(self.program.resident(), Ordering::SeqCst);
                    thread::sleep(SAMPLING_INTERVAL);
                }
                let sample = self.sample();
                println!("{sample}");
                samples.push(sample);
                next += interval;
            }
            self.load.stop();
            samples
        })
    }

    /// Waits until the queues are empty after the end of the load.
    fn settle(&self) {
        let written = usize::try_from(self.load.written.load(Ordering::SeqCst)).unwrap();
        assert!(written > 0);
        self.receiver.wait_for(written);
        let started = Instant::now();
        while self.sample().waiting_events > 0 || self.log_bytes() > 0 {
            assert!(started.elapsed() < Duration::from_secs(60), "{}", self.sample());
            thread::sleep(SAMPLING_INTERVAL);
        }
    }
}

#[test]
fn a_steady_load_does_not_grow_the_server() {
    let long =
        std::env::var(SECONDS_VARIABLE).ok().map(|seconds| Duration::from_secs(seconds.parse().unwrap()));
    let soak = Soak::start();
    let (samples, tolerance) = match long {
        Some(time) => (soak.run(time, LONG_INTERVAL), Tolerance::LONG),
        None => (soak.run(SHORT, SHORT_INTERVAL), Tolerance::SHORT),
    };
    let report = samples::compare(&samples, &tolerance);
    println!("{report}");
    assert_eq!(soak.load.first_error(), None);
    soak.settle();
    assert!(report.is_flat(), "not flat:\n{report}");
    assert_eq!(soak.program.get_json("/readyz")["ready"], true);
}
