//! The status of jobs, for metrics and readiness.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use carillon_domain::system::JobHealth;
use carillon_model::{id::CorpId, time::Timestamp};
use tokio::sync::watch;

/// The failing jobs and the status of the lanes.
#[derive(Default)]
pub struct JobStatus {
    failing: Mutex<BTreeMap<&'static str, BTreeSet<Option<CorpId>>>>,
    /// The last turns of each job: of the server, and of each organisation.
    turns: Mutex<BTreeMap<(Option<CorpId>, &'static str), JobHealth>>,
    lanes: watch::Sender<BTreeMap<Option<CorpId>, LaneStatus>>,
}

/// The status of a lane.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(test), expect(dead_code, reason = "for tests, which wait until nothing is left to do"))]
pub(super) struct LaneStatus {
    pub(super) is_running: bool,
    /// None if no job has a due time.
    pub(super) next_due_at: Option<Timestamp>,
}

impl JobStatus {
    /// Returns the jobs whose last turn failed, with the number of organisations.
    pub fn failing(&self) -> Vec<(&'static str, usize)> {
        let failing = self.lock_failing();
        failing
            .iter()
            .filter(|(_, corps)| !corps.is_empty())
            .map(|(job, corps)| (*job, corps.len()))
            .collect()
    }

    /// Returns the last turns of the jobs of an organisation and of the server, by name.
    pub fn of(&self, corp: &CorpId) -> Vec<JobHealth> {
        let turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        let of_corp = turns.iter().filter(|((of, _), _)| of.as_ref().is_none_or(|of| of == corp));
        let mut jobs: Vec<JobHealth> = of_corp.map(|(_, job)| job.clone()).collect();
        jobs.sort_by_key(|job| job.name);
        jobs
    }

    fn note_turn(&self, corp: &Option<CorpId>, job: &'static str, succeeded: bool, now: Timestamp) {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        let never = JobHealth { name: job, succeeded_at: None, failed_at: None, failures: 0 };
        let health = turns.entry((corp.clone(), job)).or_insert(never);
        if succeeded {
            (health.succeeded_at, health.failures) = (Some(now), 0);
        } else {
            (health.failed_at, health.failures) = (Some(now), health.failures.saturating_add(1));
        }
    }

    /// Subscribes to the status of the lanes.
    #[cfg(test)]
    pub(super) fn lanes(&self) -> watch::Receiver<BTreeMap<Option<CorpId>, LaneStatus>> {
        self.lanes.subscribe()
    }

    /// Records the result of a turn.
    pub(super) fn record_turn(
        &self,
        corp: &Option<CorpId>,
        job: &'static str,
        succeeded: bool,
        now: Timestamp,
    ) {
        self.note_turn(corp, job, succeeded, now);
        metrics::counter!("carillon_job_runs_total", "job" => job).increment(1);
        let failures = metrics::counter!("carillon_job_failures_total", "job" => job);
        let mut failing = self.lock_failing();
        let corps = failing.entry(job).or_default();
        if succeeded {
            corps.remove(corp);
            // A rate shows the first failure only if the counter was zero before.
            failures.increment(0);
            let seconds = now.0 as f64 / 1_000.0;
            metrics::gauge!("carillon_job_last_success_timestamp_seconds", "job" => job).set(seconds);
        } else {
            corps.insert(corp.clone());
            failures.increment(1);
        }
        metrics::gauge!("carillon_job_backing_off", "job" => job).set(corps.len() as f64);
    }

    /// Sets the status of a lane.
    pub(super) fn set_lane_status(&self, corp: &Option<CorpId>, status: LaneStatus) {
        self.lanes.send_modify(|lanes| {
            lanes.insert(corp.clone(), status);
        });
    }

    fn lock_failing(&self) -> MutexGuard<'_, BTreeMap<&'static str, BTreeSet<Option<CorpId>>>> {
        self.failing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
