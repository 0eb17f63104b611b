//! Jobs with a clock that the test sets: no test waits for real time.

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

/// A running scheduler.
pub struct SchedulerFixture {
    pub store: Arc<Store>,
    pub env: Env,
    pub clock: SettableClock,
    status: Arc<JobStatus>,
    stop: watch::Sender<bool>,
    running: JoinHandle<()>,
    _data: TempDir,
}

impl SchedulerFixture {
    /// Starts a scheduler with `corps` organisations.
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

    /// Runs a unit of work outside of the scheduler.
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
                // In this order: a lane marks itself as running before it takes announced work.
                let pending = self.store.due_times().corps();
                let now = self.clock.now();
                let idle = {
                    let lanes = lanes.borrow_and_update();
                    let corps = &self.store.state().corps;
                    lanes.contains_key(&None)
                        && corps.keys().all(|corp| lanes.contains_key(&Some(corp.clone())))
                        && lanes
                            .values()
                            .all(|lane| !lane.is_running && lane.next_due_at.is_none_or(|next| next > now))
                };
                match (pending.is_empty(), idle) {
                    (true, true) => return,
                    (true, false) => lanes.changed().await.unwrap(),
                    // The announced work may be taken already.
                    (false, _) => tokio::task::yield_now().await,
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(60), settled).await.expect("jobs settle");
    }

    /// Moves the clock forward and waits for the jobs that became due.
    pub async fn advance(&self, ms: i64) {
        self.clock.advance(ms);
        self.settle().await;
    }

    /// Returns the failing jobs with the number of organisations.
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

/// The times at which a job ran, by organisation.
#[derive(Clone, Default)]
struct Runs(Arc<Mutex<BTreeMap<CorpId, Vec<i64>>>>);

impl Runs {
    fn record(&self, env: &Env, corp: &CorpId) -> usize {
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
async fn a_failing_job_backs_off_alone() {
    let (bad, good, other) = (Runs::default(), Runs::default(), Runs::default());
    let (recorded, recorded_good, recorded_other) = (bad.clone(), good.clone(), other.clone());
    let first: Arc<Mutex<Option<CorpId>>> = Arc::default();
    let failing = Arc::clone(&first);
    let fixture = SchedulerFixture::start(2, Settings::default(), |store| {
        *first.lock().unwrap() = store.state().corps.keys().min().cloned();
        let failing_job = Job::per_organisation("uneven", move |env, corp| {
            let (runs, failing) = (recorded.clone(), failing.lock().unwrap().clone());
            async move {
                let count = runs.record(&env, &corp);
                match (Some(corp) == failing, count) {
                    (true, 1..=2) => Err(Error::internal("a damaged row")),
                    (true, 3..=4) => panic!("as a job may"),
                    _ => Ok(Next::after(&env, MINUTE_MS)),
                }
            }
        });
        let healthy_job = Job::per_organisation("even", move |env, corp| {
            recorded_good.record(&env, &corp);
            std::future::ready(Ok(Next::after(&env, MINUTE_MS)))
        });
        let server_wide = Job::server_wide("of_server", move |env| {
            recorded_other.record(&env, &CorpId::from("server"));
            std::future::ready(Ok(Next::WhenNotified))
        });
        vec![failing_job, healthy_job, server_wide]
    })
    .await;
    fixture.settle().await;
    let corps = fixture.corps();
    assert_eq!((bad.of(&corps[0]), bad.of(&corps[1])), (vec![0], vec![0]));
    assert_eq!(fixture.status.failing(), [("uneven", 1)]);
    // One second after the first failure, then twice as long each time, and up to a quarter more.
    let mut waits = Vec::new();
    for failures in 1..=4 {
        let before = bad.of(&corps[0]).len();
        let started = fixture.clock.now();
        while bad.of(&corps[0]).len() == before {
            fixture.advance(50).await;
        }
        waits.push((failures, fixture.clock.now().0 - started.0));
    }
    for (failures, wait_ms) in waits {
        let least = SECOND_MS << (failures - 1);
        assert!((least..=least * 5 / 4 + 50).contains(&wait_ms), "{failures}: {wait_ms}");
    }
    assert!(fixture.status.failing().is_empty(), "the fifth run succeeded");
    assert_eq!(bad.of(&corps[0]).len(), 5);
    // The other organisation and the other jobs ran every minute.
    let remaining = 2 * MINUTE_MS - (fixture.clock.now().0 - START.0);
    fixture.advance(remaining).await;
    assert_eq!(bad.of(&corps[1]).len(), 2, "{:?}", bad.of(&corps[1]));
    assert_eq!(good.of(&corps[0]).len(), 2);
    assert_eq!(other.of(&CorpId::from("server")), [0]);
    fixture.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_sleeps_until_a_commit_makes_it_due() {
    let runs = Runs::default();
    let recorded = runs.clone();
    let fixture = SchedulerFixture::start(2, Settings::default(), |_| {
        let pending = Job::per_organisation("sends", move |env, corp| {
            recorded.record(&env, &corp);
            std::future::ready(Ok(Next::WhenNotified))
        });
        vec![pending.triggered_by(DueWork::ScheduledSends)]
    })
    .await;
    fixture.settle().await;
    let corps = fixture.corps();
    fixture.advance(1_000 * MINUTE_MS).await;
    assert_eq!(runs.of(&corps[0]), [0], "no commit announced work");
    let now = fixture.clock.now();
    for ms in [5_000, 3_000, 9_000] {
        let corp = corps[0].clone();
        fixture
            .write(&corps[0], move |tx, _| {
                tx.becomes_due(&corp, DueWork::ScheduledSends, now.plus_ms(ms));
                tx.becomes_due(&corp, DueWork::Days, now);
                Ok(())
            })
            .await;
    }
    fixture.settle().await;
    assert_eq!(runs.of(&corps[0]).len(), 1, "not due yet, and other kinds of work do not trigger the job");
    fixture.advance(2_999).await;
    assert_eq!(runs.of(&corps[0]).len(), 1);
    fixture.advance(1).await;
    assert_eq!(runs.of(&corps[0]).len(), 2, "the earliest due time counts");
    fixture.advance(60_000).await;
    assert_eq!((runs.of(&corps[0]).len(), runs.of(&corps[1]).len()), (2, 1));

    // An organisation that is created while jobs run gets jobs too.
    let added = add_corp(&fixture.store, &fixture.env).await;
    fixture.settle().await;
    assert!(!runs.of(&added).is_empty());
    fixture.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jobs_continue_when_the_clock_is_moved_backward() {
    let runs = Runs::default();
    let recorded = runs.clone();
    let fixture = SchedulerFixture::start(1, Settings::default(), |_| {
        vec![Job::per_organisation("periodic", move |env, corp| {
            recorded.record(&env, &corp);
            std::future::ready(Ok(Next::after(&env, MINUTE_MS)))
        })]
    })
    .await;
    fixture.settle().await;
    fixture.advance(1_000 * MINUTE_MS).await;
    let corp = fixture.corps().remove(0);
    assert_eq!(runs.of(&corp), [0, 1_000 * MINUTE_MS], "missed runs are made up for once");
    fixture.clock.set(START);
    // There is no signal for this: poll.
    while runs.of(&corp).len() < 3 {
        tokio::task::yield_now().await;
    }
    fixture.settle().await;
    fixture.advance(MINUTE_MS).await;
    assert_eq!(runs.of(&corp), [0, 1_000 * MINUTE_MS, 0, MINUTE_MS]);
    fixture.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_turns_of_a_job_are_limited_and_awaited_at_the_end() {
    /// More than the concurrency limit.
    const CORPS: usize = 9;
    static RUNNING: AtomicI64 = AtomicI64::new(0);
    static MAX_RUNNING: AtomicI64 = AtomicI64::new(0);
    let runs = Runs::default();
    let recorded = runs.clone();
    let fixture = SchedulerFixture::start(CORPS, Settings::default(), |_| {
        vec![Job::per_organisation("steps", move |env, corp| {
            let runs = recorded.clone();
            async move {
                MAX_RUNNING.fetch_max(RUNNING.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                RUNNING.fetch_sub(1, Ordering::SeqCst);
                Ok(if runs.record(&env, &corp) < 3 { Next::Now } else { Next::WhenNotified })
            }
        })]
    })
    .await;
    fixture.settle().await;
    for corp in fixture.corps() {
        assert_eq!(runs.of(&corp), [0, 0, 0], "until nothing is left to do");
    }
    assert!(MAX_RUNNING.load(Ordering::SeqCst) <= 4, "{MAX_RUNNING:?}");
    fixture.stop().await;
    assert_eq!(RUNNING.load(Ordering::SeqCst), 0);
}
