//! Jobs by a clock that the test sets: no test waits for time.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use carillon_domain::corp;
use carillon_model::{
    audit::Signature,
    env::{Clock, SettableClock},
    error::{Error, Result},
    settings::Settings,
    time::{MINUTE_MS, SECOND_MS, Timestamp},
};
use carillon_store::{DueWork, Tx};
use tempfile::TempDir;
use tokio::task::JoinHandle;

use super::*;

pub const START: Timestamp = Timestamp(1_760_000_000_000);

/// A scheduler at work.
pub struct Bench {
    pub store: Arc<Store>,
    pub env: Env,
    pub clock: SettableClock,
    status: Arc<JobStatus>,
    stop: watch::Sender<bool>,
    running: JoinHandle<()>,
    _data: TempDir,
}

impl Bench {
    /// With organisations, and the jobs that a store has.
    pub async fn start(corps: usize, settings: Settings, jobs: impl FnOnce(&Arc<Store>) -> Vec<Job>) -> Self {
        let data = TempDir::new().unwrap();
        let store = Arc::new(Store::open(data.path()).unwrap());
        let clock = SettableClock::new(START);
        let env = Env::system(settings, [7; 32]).with_clock(clock.clone());
        for _ in 0..corps {
            add_corp(&store, &env).await;
        }
        let (stop, stopping) = watch::channel(false);
        let scheduler = Scheduler::new(Arc::clone(&store), env.clone(), jobs(&store), stopping);
        let status = scheduler.status();
        let running = tokio::spawn(scheduler.run());
        Self { store, env, clock, status, stop, running, _data: data }
    }

    pub fn corps(&self) -> Vec<CorpId> {
        let mut corps: Vec<CorpId> = self.store.state().corps.keys().cloned().collect();
        corps.sort();
        corps
    }

    /// Does a unit of work outside of the scheduler.
    pub async fn write<T: Send + 'static>(
        &self,
        corp: &CorpId,
        work: impl FnOnce(&mut Tx<'_>, &Env) -> Result<T> + Send + 'static,
    ) -> T {
        let env = self.env.clone();
        self.store.write(corp, Signature::server(&self.env, "test"), move |tx| work(tx, &env)).await.unwrap()
    }

    /// Waits until nothing runs and nothing is due.
    pub async fn settle(&self) {
        let settled = async {
            let mut lanes = self.status.lanes();
            loop {
                // In this order: a lane is seen to be busy before it takes what it was told.
                let told = self.store.due_times().corps();
                let now = self.clock.now();
                let idle = {
                    let lanes = lanes.borrow_and_update();
                    let corps = &self.store.state().corps;
                    corps.keys().all(|corp| lanes.contains_key(&Some(corp.clone())))
                        && lanes
                            .values()
                            .all(|lane| !lane.is_running && lane.next.is_none_or(|next| next > now))
                };
                match (told.is_empty(), idle) {
                    (true, true) => return,
                    (true, false) => lanes.changed().await.unwrap(),
                    // What was told may be taken already.
                    (false, _) => tokio::task::yield_now().await,
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(60), settled).await.expect("jobs settle");
    }

    /// Moves the clock and waits for what became due.
    pub async fn advance(&self, ms: i64) {
        self.clock.advance(ms);
        self.settle().await;
    }

    /// Jobs that fail, and in how many organisations.
    pub fn failing(&self) -> Vec<(&'static str, usize)> {
        self.status.failing()
    }

    pub async fn stop(self) {
        self.stop.send_replace(true);
        self.running.await.unwrap();
    }
}

async fn add_corp(store: &Store, env: &Env) -> CorpId {
    let env = env.clone();
    let added = store.write_registry(Signature::server(&env, "test"), move |tx| {
        corp::create(tx, &env, "测试", "Asia/Shanghai", false)
    });
    added.await.unwrap().id
}

/// When a job ran, by organisation.
#[derive(Clone, Default)]
struct Runs(Arc<Mutex<BTreeMap<CorpId, Vec<i64>>>>);

impl Runs {
    fn note(&self, env: &Env, corp: &CorpId) -> usize {
        let mut runs = self.0.lock().unwrap();
        let runs = runs.entry(corp.clone()).or_default();
        runs.push(env.now().0 - START.0);
        runs.len()
    }

    fn of(&self, corp: &CorpId) -> Vec<i64> {
        self.0.lock().unwrap().get(corp).cloned().unwrap_or_default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_fails_waits_longer_each_time_and_holds_up_nobody_else() {
    let (bad, good, other) = (Runs::default(), Runs::default(), Runs::default());
    let (noted, noted_good, noted_other) = (bad.clone(), good.clone(), other.clone());
    let first: Arc<Mutex<Option<CorpId>>> = Arc::default();
    let failing = Arc::clone(&first);
    let bench = Bench::start(2, Settings::default(), |store| {
        *first.lock().unwrap() = store.state().corps.keys().min().cloned();
        let uneven = Job::of_organisations("uneven", move |env, corp| {
            let (runs, failing) = (noted.clone(), failing.lock().unwrap().clone());
            async move {
                let count = runs.note(&env, &corp);
                match (Some(corp) == failing, count) {
                    (true, 1..=2) => Err(Error::internal("a damaged row")),
                    (true, 3..=4) => panic!("as a job may"),
                    _ => Ok(Next::after(&env, MINUTE_MS)),
                }
            }
        });
        let even = Job::of_organisations("even", move |env, corp| {
            noted_good.note(&env, &corp);
            std::future::ready(Ok(Next::after(&env, MINUTE_MS)))
        });
        let of_server = Job::of_server("of_server", move |env| {
            noted_other.note(&env, &CorpId::from("server"));
            std::future::ready(Ok(Next::WhenTold))
        });
        vec![uneven, even, of_server]
    })
    .await;
    bench.settle().await;
    let corps = bench.corps();
    assert_eq!((bad.of(&corps[0]), bad.of(&corps[1])), (vec![0], vec![0]));
    assert_eq!(bench.status.failing(), [("uneven", 1)]);
    // One second after the first failure, then twice as long each time, and up to a quarter more.
    let mut waits = Vec::new();
    for failures in 1..=4 {
        let before = bad.of(&corps[0]).len();
        let began = bench.clock.now();
        while bad.of(&corps[0]).len() == before {
            bench.advance(50).await;
        }
        waits.push((failures, bench.clock.now().0 - began.0));
    }
    for (failures, waited) in waits {
        let least = SECOND_MS << (failures - 1);
        assert!((least..=least * 5 / 4 + 50).contains(&waited), "{failures}: {waited}");
    }
    assert!(bench.status.failing().is_empty(), "the fifth run succeeded");
    assert_eq!(bad.of(&corps[0]).len(), 5);
    // The other organisation and the other jobs went on by the minute.
    let until = 2 * MINUTE_MS - (bench.clock.now().0 - START.0);
    bench.advance(until).await;
    assert_eq!(bad.of(&corps[1]).len(), 2, "{:?}", bad.of(&corps[1]));
    assert_eq!(good.of(&corps[0]).len(), 2);
    assert_eq!(other.of(&CorpId::from("server")), [0]);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_sleeps_until_a_commit_tells_of_work() {
    let runs = Runs::default();
    let noted = runs.clone();
    let bench = Bench::start(2, Settings::default(), |_| {
        let told = Job::of_organisations("told", move |env, corp| {
            noted.note(&env, &corp);
            std::future::ready(Ok(Next::WhenTold))
        });
        vec![told.woken_by(DueWork::ScheduledSends)]
    })
    .await;
    bench.settle().await;
    let corps = bench.corps();
    bench.advance(1_000 * MINUTE_MS).await;
    assert_eq!(runs.of(&corps[0]), [0], "nothing told of work");
    let now = bench.clock.now();
    for ms in [5_000, 3_000, 9_000] {
        let corp = corps[0].clone();
        bench
            .write(&corps[0], move |tx, _| {
                tx.becomes_due(&corp, DueWork::ScheduledSends, now.plus_ms(ms));
                tx.becomes_due(&corp, DueWork::Days, now);
                Ok(())
            })
            .await;
    }
    bench.settle().await;
    assert_eq!(runs.of(&corps[0]).len(), 1, "not due yet, and other work is not the job's");
    bench.advance(2_999).await;
    assert_eq!(runs.of(&corps[0]).len(), 1);
    bench.advance(1).await;
    assert_eq!(runs.of(&corps[0]).len(), 2, "the earliest of what was told");
    bench.advance(60_000).await;
    assert_eq!((runs.of(&corps[0]).len(), runs.of(&corps[1]).len()), (2, 1));

    // An organisation that is created while jobs run has them too.
    let added = add_corp(&bench.store, &bench.env).await;
    bench.settle().await;
    assert!(!runs.of(&added).is_empty());
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jobs_go_on_when_the_clock_is_moved_backward() {
    let runs = Runs::default();
    let noted = runs.clone();
    let bench = Bench::start(1, Settings::default(), |_| {
        vec![Job::of_organisations("periodic", move |env, corp| {
            noted.note(&env, &corp);
            std::future::ready(Ok(Next::after(&env, MINUTE_MS)))
        })]
    })
    .await;
    bench.settle().await;
    bench.advance(1_000 * MINUTE_MS).await;
    let corp = bench.corps().remove(0);
    assert_eq!(runs.of(&corp), [0, 1_000 * MINUTE_MS], "what was missed is done once");
    bench.clock.set(START);
    // Nothing says when the lane has seen it, but that it does.
    while runs.of(&corp).len() < 3 {
        tokio::task::yield_now().await;
    }
    bench.settle().await;
    bench.advance(MINUTE_MS).await;
    assert_eq!(runs.of(&corp), [0, 1_000 * MINUTE_MS, 0, MINUTE_MS]);
    bench.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_turn_at_work_is_waited_for_and_others_of_its_job_take_turns() {
    /// More than run at the same time.
    const CORPS: usize = 9;
    static AT_WORK: AtomicI64 = AtomicI64::new(0);
    static MOST: AtomicI64 = AtomicI64::new(0);
    let runs = Runs::default();
    let noted = runs.clone();
    let bench = Bench::start(CORPS, Settings::default(), |_| {
        vec![Job::of_organisations("steps", move |env, corp| {
            let runs = noted.clone();
            async move {
                MOST.fetch_max(AT_WORK.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                AT_WORK.fetch_sub(1, Ordering::SeqCst);
                Ok(if runs.note(&env, &corp) < 3 { Next::Now } else { Next::WhenTold })
            }
        })]
    })
    .await;
    bench.settle().await;
    for corp in bench.corps() {
        assert_eq!(runs.of(&corp), [0, 0, 0], "until nothing is left to do");
    }
    assert!(MOST.load(Ordering::SeqCst) <= 4, "{MOST:?}");
    bench.stop().await;
    assert_eq!(AT_WORK.load(Ordering::SeqCst), 0);
}
