//! The jobs of one organisation, by its clock.

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

/// How long a job is left alone after its first failure. Each further one doubles that.
const FIRST_BACK_OFF_MS: i64 = SECOND_MS;
const LONGEST_BACK_OFF_MS: i64 = 15 * MINUTE_MS;

pub(super) struct Lane {
    /// None for the server itself.
    corp: Option<CorpId>,
    env: Env,
    entries: Vec<Entry>,
    /// Where commits tell of work, and what is notified when they did.
    told: (Arc<Store>, Arc<Notify>),
    status: Arc<JobStatus>,
}

struct Entry {
    job: Arc<Job>,
    /// When it is due; none until a commit tells of work.
    due_at: Option<Timestamp>,
    is_running: bool,
    /// Failures in a row.
    failures: u32,
    /// The earliest work that was told of while a turn ran: the turn may not have seen it.
    told: Option<Timestamp>,
}

impl Lane {
    /// Everything is due at once: only rows know what waits.
    pub(super) fn new(
        corp: Option<CorpId>,
        env: Env,
        jobs: impl Iterator<Item = Arc<Job>>,
        told: (Arc<Store>, Arc<Notify>),
        status: Arc<JobStatus>,
    ) -> Self {
        let due_at = Some(env.now());
        let entries = jobs.map(|job| Entry { job, due_at, is_running: false, failures: 0, told: None });
        Self { corp, entries: entries.collect(), env, told, status }
    }

    /// Runs jobs until the server stops, then waits for turns that are under way.
    pub(super) async fn run(mut self, mut stopping: watch::Receiver<bool>) {
        if let Some(corp) = &self.corp {
            // Everything is due at once: what commits have told of until now is part of that.
            self.told.0.due_times().take(corp);
        }
        let mut turns = JoinSet::new();
        let mut running = HashMap::new();
        let mut looked_at = self.env.now();
        loop {
            let now = self.env.now();
            if now < looked_at {
                // What was planned by a clock that is wrong no more could be years away.
                self.entries.iter_mut().for_each(|entry| entry.due_at = Some(now));
            }
            looked_at = now;
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
                // Moved backward before the sleep began, which knows nothing of it.
                continue;
            }
            self.status.note_lane(&self.corp, LaneStatus { is_running: !running.is_empty(), next });
            tokio::select! {
                () = sleep, if next.is_some() => {}
                () = self.told.1.notified() => self.take_told(),
                Some(ended) = turns.join_next_with_id(), if !turns.is_empty() => {
                    self.note_ended(&mut running, ended);
                }
                // An error is a sender that is gone.
                _ = stopping.wait_for(|stopping| *stopping) => break,
            }
        }
        while let Some(ended) = turns.join_next_with_id().await {
            self.note_ended(&mut running, ended);
        }
    }

    /// Jobs to start, the one that has been due for longest first.
    fn due(&self, now: Timestamp) -> Vec<usize> {
        let due = self.entries.iter().enumerate().filter(|(_, entry)| !entry.is_running);
        let due = due.filter_map(|(index, entry)| Some((entry.due_at.filter(|at| *at <= now)?, index)));
        let mut due: Vec<_> = due.collect();
        due.sort_unstable();
        due.into_iter().map(|(_, index)| index).collect()
    }

    fn take_told(&mut self) {
        let Some(corp) = &self.corp else { return };
        // What is taken is not known to be due until the loop has come round.
        self.status.note_lane(&self.corp, LaneStatus { is_running: true, next: None });
        for (work, at) in self.told.0.due_times().take(corp) {
            self.note_due(work, at);
        }
    }

    fn note_due(&mut self, work: DueWork, at: Timestamp) {
        for entry in self.entries.iter_mut().filter(|entry| entry.job.is_woken_by(work)) {
            if entry.is_running {
                entry.told = earliest(entry.told, Some(at));
            } else if entry.failures == 0 {
                // One that failed keeps its distance: it looks at everything when its time comes.
                entry.due_at = earliest(entry.due_at, Some(at));
            }
        }
    }

    fn note_ended(
        &mut self,
        running: &mut HashMap<task::Id, usize>,
        ended: Result<(task::Id, Result<Next>), JoinError>,
    ) {
        let (id, result) = match ended {
            Ok((id, Ok(next))) => (id, Ok(next)),
            Ok((id, Err(error))) => (id, Err(error.to_string())),
            // The panic itself is on standard error.
            Err(panic) => (panic.id(), Err("it panicked".to_owned())),
        };
        let Some(index) = running.remove(&id) else { return };
        let (entry, now) = (&mut self.entries[index], self.env.now());
        entry.is_running = false;
        let told = entry.told.take();
        self.status.note_turn(&self.corp, entry.job.name, result.is_ok(), now);
        match result {
            Ok(next) => {
                entry.failures = 0;
                let due_at = match next {
                    Next::Now => Some(now),
                    Next::At(at) => Some(at),
                    Next::WhenTold => None,
                };
                entry.due_at = earliest(due_at, told);
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

/// Doubles with each failure, up to a bound, with up to a quarter more so that what failed together is not tried together.
fn back_off_ms(env: &Env, failures: u32) -> i64 {
    let doubled = FIRST_BACK_OFF_MS.saturating_mul(1 << failures.saturating_sub(1).min(30));
    env.jittered(doubled.min(LONGEST_BACK_OFF_MS), 4)
}
