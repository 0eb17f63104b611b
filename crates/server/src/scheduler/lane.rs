//! Runs the jobs of one organisation by its clock.

use std::{collections::HashMap, sync::Arc};

use carillon_model::{
    env::Env,
    error::Result,
    id::CorpId,
    time::{MINUTE_MS, SECOND_MS, Timestamp},
};
use carillon_store::{DueWork, Store};
use tokio::{
    sync::{Notify, watch},
    task::{self, JoinError, JoinSet},
};

use super::{
    job::{Job, Next},
    status::{JobStatus, LaneStatus},
};

/// The back-off after the first failure. It doubles with each further one.
const INITIAL_BACK_OFF_MS: i64 = SECOND_MS;
const MAX_BACK_OFF_MS: i64 = 15 * MINUTE_MS;

pub(super) struct Lane {
    /// None for the lane of the server.
    corp: Option<CorpId>,
    env: Env,
    entries: Vec<Entry>,
    /// The store that collects the due times of commits, and the notification that there are new ones.
    due_work: (Arc<Store>, Arc<Notify>),
    status: Arc<JobStatus>,
}

struct Entry {
    job: Arc<Job>,
    /// None until a commit announces work.
    due_at: Option<Timestamp>,
    is_running: bool,
    /// Consecutive failures.
    failures: u32,
    /// The earliest due time that was announced during a turn, which may have missed the work.
    due_during_turn: Option<Timestamp>,
}

impl Lane {
    /// Creates a lane in which all jobs are due: only the rows know whether there is work.
    pub(super) fn new(
        corp: Option<CorpId>,
        env: Env,
        jobs: impl Iterator<Item = Arc<Job>>,
        due_work: (Arc<Store>, Arc<Notify>),
        status: Arc<JobStatus>,
    ) -> Self {
        let due_at = Some(env.now());
        let entries =
            jobs.map(|job| Entry { job, due_at, is_running: false, failures: 0, due_during_turn: None });
        Self { corp, entries: entries.collect(), env, due_work, status }
    }

    /// Runs jobs until the server stops, then waits for running turns.
    pub(super) async fn run(mut self, mut stopping: watch::Receiver<bool>) {
        if let Some(corp) = &self.corp {
            // All jobs are due now, which covers all earlier announcements.
            self.due_work.0.due_times().take(corp);
        }
        let mut turns = JoinSet::new();
        let mut running = HashMap::new();
        let mut last_checked_at = self.env.now();
        loop {
            let now = self.env.now();
            if now < last_checked_at {
                // Due times from a clock that was ahead could be years away.
                self.entries.iter_mut().for_each(|entry| entry.due_at = Some(now));
            }
            last_checked_at = now;
            for index in self.due(now) {
                let entry = &mut self.entries[index];
                entry.is_running = true;
                let (job, env, corp) = (Arc::clone(&entry.job), self.env.clone(), self.corp.clone());
                let turn = turns.spawn(async move { job.take_turn(env, corp).await });
                running.insert(turn.id(), index);
            }
            let next = self.entries.iter().filter(|entry| !entry.is_running).filter_map(|entry| entry.due_at);
            let next = next.min();
            let sleep = self.env.sleep_until(next.unwrap_or(now));
            if self.env.now() < now {
                // The clock was moved backward before the sleep was set up, which would not notice it.
                continue;
            }
            self.status.set_lane_status(
                &self.corp,
                LaneStatus { is_running: !running.is_empty(), next_due_at: next },
            );
            tokio::select! {
                () = sleep, if next.is_some() => {}
                () = self.due_work.1.notified() => self.take_due_work(),
                Some(ended) = turns.join_next_with_id(), if !turns.is_empty() => {
                    self.record_ended(&mut running, ended);
                }
                // An error is a dropped sender.
                _ = stopping.wait_for(|stopping| *stopping) => break,
            }
        }
        while let Some(ended) = turns.join_next_with_id().await {
            self.record_ended(&mut running, ended);
        }
    }

    /// Returns the jobs to start, the one with the earliest due time first.
    fn due(&self, now: Timestamp) -> Vec<usize> {
        let due = self.entries.iter().enumerate().filter(|(_, entry)| !entry.is_running);
        let due = due.filter_map(|(index, entry)| Some((entry.due_at.filter(|at| *at <= now)?, index)));
        let mut due: Vec<_> = due.collect();
        due.sort_unstable();
        due.into_iter().map(|(_, index)| index).collect()
    }

    fn take_due_work(&mut self) {
        let Some(corp) = &self.corp else { return };
        // Until the loop runs again, the taken work counts as running.
        self.status.set_lane_status(&self.corp, LaneStatus { is_running: true, next_due_at: None });
        for (work, at) in self.due_work.0.due_times().take(corp) {
            self.mark_due(work, at);
        }
    }

    fn mark_due(&mut self, work: DueWork, at: Timestamp) {
        for entry in self.entries.iter_mut().filter(|entry| entry.job.is_triggered_by(work)) {
            if entry.is_running {
                entry.due_during_turn = earliest(entry.due_during_turn, Some(at));
            } else if entry.failures == 0 {
                // A failing job keeps its back-off: it looks at all work when it runs.
                entry.due_at = earliest(entry.due_at, Some(at));
            }
        }
    }

    fn record_ended(
        &mut self,
        running: &mut HashMap<task::Id, usize>,
        ended: Result<(task::Id, Result<Next>), JoinError>,
    ) {
        let (id, result) = match ended {
            Ok((id, Ok(next))) => (id, Ok(next)),
            Ok((id, Err(error))) => (id, Err(error.to_string())),
            // The panic message is on standard error.
            Err(panic) => (panic.id(), Err("it panicked".to_owned())),
        };
        let Some(index) = running.remove(&id) else { return };
        let (entry, now) = (&mut self.entries[index], self.env.now());
        entry.is_running = false;
        let due_during_turn = entry.due_during_turn.take();
        self.status.record_turn(&self.corp, entry.job.name, result.is_ok(), now);
        match result {
            Ok(next) => {
                entry.failures = 0;
                let due_at = match next {
                    Next::Now => Some(now),
                    Next::At(at) => Some(at),
                    Next::WhenNotified => None,
                };
                entry.due_at = earliest(due_at, due_during_turn);
            }
            Err(error) => {
                entry.failures = entry.failures.saturating_add(1);
                let wait_ms = back_off_ms(&self.env, entry.failures);
                entry.due_at = Some(now.plus_ms(wait_ms));
                let corp = self.corp.as_ref().map_or("", CorpId::as_str);
                let (job, failures) = (entry.job.name, entry.failures);
                tracing::error!(job, corp, failures, wait_ms, %error, "a job failed");
            }
        }
    }
}

fn earliest(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    one.into_iter().chain(other).min()
}

/// Doubles with each failure up to a limit, plus up to a quarter of jitter so that jobs that failed together do not retry together.
fn back_off_ms(env: &Env, failures: u32) -> i64 {
    let doubled = INITIAL_BACK_OFF_MS.saturating_mul(1 << failures.saturating_sub(1).min(30));
    env.jittered(doubled.min(MAX_BACK_OFF_MS), 4)
}
