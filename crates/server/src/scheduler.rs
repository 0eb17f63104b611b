//! Runs jobs at their due times.
//!
//! Each organisation has a lane: a task that sleeps by the organisation's clock until its next job is due. The server has one more for
//! server-wide jobs. A failing job backs off in its own lane: other jobs and other organisations are not affected. `jobs.rs` lists the
//! jobs.

mod job;
mod lane;
mod status;
#[cfg(test)]
pub mod tests;

use std::{collections::HashMap, sync::Arc};

use carillon_model::{env::Env, id::CorpId};
use carillon_store::Store;
use tokio::{
    sync::{Notify, watch},
    task::JoinSet,
};

use self::lane::Lane;
pub use self::{
    job::{Job, Next},
    status::JobStatus,
};

/// The jobs of a server.
pub struct Scheduler {
    store: Arc<Store>,
    env: Env,
    jobs: Vec<Arc<Job>>,
    status: Arc<JobStatus>,
    stopping: watch::Receiver<bool>,
}

impl Scheduler {
    /// Creates a scheduler. It ends when `stopping` becomes true.
    pub fn new(store: Arc<Store>, env: Env, jobs: Vec<Job>, stopping: watch::Receiver<bool>) -> Arc<Self> {
        let jobs = jobs.into_iter().map(Arc::new).collect();
        Arc::new(Self { store, env, jobs, status: Arc::default(), stopping })
    }

    /// Returns the shared status of the jobs.
    pub fn status(&self) -> Arc<JobStatus> {
        Arc::clone(&self.status)
    }

    /// Runs jobs until the server stops, and returns once none is running. An earlier return is an internal error.
    pub async fn run(self: Arc<Self>) {
        let mut lanes = JoinSet::new();
        let mut lane_signals: HashMap<CorpId, Arc<Notify>> = HashMap::new();
        let mut stopping = self.stopping.clone();
        lanes.spawn(self.lane(None, Arc::default()).run(self.stopping.clone()));
        let mut corps: Vec<CorpId> = self.store.state().corps.keys().cloned().collect();
        loop {
            for corp in corps.drain(..) {
                let wake = lane_signals.entry(corp.clone()).or_insert_with(|| {
                    let wake = Arc::default();
                    lanes.spawn(self.lane(Some(corp), Arc::clone(&wake)).run(self.stopping.clone()));
                    wake
                });
                wake.notify_one();
            }
            tokio::select! {
                () = self.store.due_times().changed() => corps = self.store.due_times().corps(),
                ended = lanes.join_next() => {
                    if !*self.stopping.borrow() {
                        tracing::error!(?ended, "a lane of the scheduler ended early");
                        return;
                    }
                }
                // An error is a dropped sender.
                _ = stopping.wait_for(|stopping| *stopping) => break,
            }
        }
        while lanes.join_next().await.is_some() {}
    }

    /// Creates a lane that reads the due times of commits when `wake` is notified.
    fn lane(&self, corp: Option<CorpId>, wake: Arc<Notify>) -> Lane {
        let is_server = corp.is_none();
        let jobs = self.jobs.iter().filter(|job| job.is_server_wide() == is_server).map(Arc::clone);
        // The only place where an organisation gets its clock.
        let env = self.env.clone();
        Lane::new(corp, env, jobs, (Arc::clone(&self.store), wake), Arc::clone(&self.status))
    }
}
