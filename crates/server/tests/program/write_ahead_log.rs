//! The write-ahead log of the database: small under load, empty when idle, removed at the end.

use std::{
    path::{Path, PathBuf},
    sync::{
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use testkit::{browser::Browser, program::ProgramFixture};

const SENDERS: usize = 4;
/// The limit of the default configuration.
const LIMIT: u64 = 64 << 20;
/// The number of sends that write more than the limit.
const MANY: u64 = 3_000;
const SOME: u64 = 300;

/// Clients that send texts, and a client that reads them.
struct Load {
    send: String,
    unionid: String,
    reader: Browser,
    log: PathBuf,
    /// The largest observed size of the log.
    largest: AtomicU64,
    answered: AtomicU64,
    done: AtomicBool,
}

impl Load {
    fn on(fixture: &ProgramFixture) -> Self {
        Self {
            send: format!("{}/topapi/message/mass/send?access_token={}", fixture.url(), fixture.token),
            unionid: fixture.unionid.clone(),
            reader: fixture.sign_in("reader").expect("signed in"),
            log: log(fixture),
            largest: AtomicU64::new(0),
            answered: AtomicU64::new(0),
            done: AtomicBool::new(false),
        }
    }

    /// Runs until `sends` sends have a response and `end` was called. Returns the largest observed size of the log.
    fn run(self, round: usize, sends: u64, end: impl FnOnce()) -> u64 {
        let (reached, wait) = mpsc::sync_channel(1);
        thread::scope(|scope| {
            for sender in 0..SENDERS {
                let (load, reached) = (&self, reached.clone());
                scope.spawn(move || {
                    let agent = ureq::Agent::new_with_defaults();
                    for number in 0.. {
                        if !load.send_text(&agent, &format!("{round}-{sender}-{number}")) {
                            return;
                        }
                        if load.answered.fetch_add(1, Ordering::SeqCst) >= sends {
                            let _ = reached.try_send(());
                        }
                    }
                });
            }
            scope.spawn(|| {
                let conversation = format!("/inbox/a/{}", self.unionid);
                while !self.done.load(Ordering::SeqCst) {
                    let Ok((200, _)) = self.reader.try_open(&conversation) else { return };
                }
            });
            scope.spawn(|| {
                while !self.done.load(Ordering::SeqCst) {
                    self.largest.fetch_max(size(&self.log), Ordering::SeqCst);
                    thread::sleep(Duration::from_millis(5));
                }
            });
            // Fail if all senders have failed.
            drop(reached);
            let reached = wait.recv();
            end();
            self.done.store(true, Ordering::SeqCst);
            reached.unwrap();
        });
        self.largest.into_inner()
    }

    /// Returns false if there was no response, or the load has ended.
    fn send_text(&self, agent: &ureq::Agent, text: &str) -> bool {
        let request = json!({
            "unionid": self.unionid, "msg_type": "text", "text_content": text, "uuid": text, "is_to_all": true,
        });
        let answer = agent.post(&self.send).send_json(&request);
        match answer.and_then(|mut answer| answer.body_mut().read_json::<Value>()) {
            Ok(answer) => {
                assert_eq!(answer["errcode"], 0, "{answer}");
                !self.done.load(Ordering::SeqCst)
            }
            Err(_) => false,
        }
    }
}

fn log(fixture: &ProgramFixture) -> PathBuf {
    fixture.data.path().join("carillon.db-wal")
}

/// Returns the size of the log, 0 if it does not exist.
fn size(log: &Path) -> u64 {
    std::fs::metadata(log).map_or(0, |metadata| metadata.len())
}

#[test]
fn the_write_ahead_log_is_small_under_load_empty_when_idle_and_gone_in_the_end() {
    let mut fixture = ProgramFixture::with_config("[send]\ndaily_to_user = 0\ndaily_receivers_factor = 0\n");
    let log = log(&fixture);
    fixture.browser("reader", 1);

    let largest = Load::on(&fixture).run(0, MANY, || {});
    assert!(largest < LIMIT, "{largest}");
    let started = Instant::now();
    while size(&log) > 0 {
        assert!(started.elapsed() < Duration::from_secs(60), "{} bytes stay in an idle log", size(&log));
        thread::sleep(Duration::from_millis(20));
    }

    // After being killed under load, it starts again and shuts down gracefully.
    let largest = Load::on(&fixture).run(1, SOME, || fixture.kill());
    assert!(largest < LIMIT, "{largest}");
    fixture.restart();
    Load::on(&fixture).run(2, SOME, || {});
    assert_eq!(fixture.terminate(), Some(0));
    assert_eq!(size(&log), 0);
}
