//! `/readyz`: whether the server can do its work, for load balancers and monitoring.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{http::StatusCode, http::header, response::IntoResponse};
use carillon_domain::system::PartHealth;
use carillon_model::{audit::Signature, env::Env};
use carillon_store::Store;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::{scheduler::JobStatus, tasks::Health};

/// The shortest time between two probes of the store, however many requests arrive.
const PROBE_INTERVAL: Duration = Duration::from_secs(1);
/// A write that takes longer has failed.
const PROBE_TIMEOUT: Duration = Duration::from_secs(5);

/// Determines the readiness of the server.
pub struct Readiness {
    store: Arc<Store>,
    env: Env,
    health: Arc<Health>,
    jobs: Arc<JobStatus>,
    last_probe: Mutex<Option<Probe>>,
}

struct Probe {
    at: Instant,
    is_writable: bool,
}

impl Readiness {
    /// Creates the check of a server's parts.
    pub fn new(store: Arc<Store>, env: Env, health: Arc<Health>, jobs: Arc<JobStatus>) -> Arc<Self> {
        Arc::new(Self { store, env, health, jobs, last_probe: Mutex::new(None) })
    }

    /// Returns the state of each part, with status 503 if one of them does not work. A job that fails in some organisations is listed, but
    /// does not cause 503: the other organisations still have to be served, and another server could do no better.
    pub async fn report(&self) -> impl IntoResponse + use<> {
        let parts = self.parts().await;
        let is_ready = parts.iter().all(|part| part.works);
        let mut report = json!({ "ready": is_ready });
        for PartHealth { name, works } in parts {
            report[name] = match (name, works) {
                (_, true) => "ready",
                ("store", false) => "cannot be written to",
                (_, false) => "restarting",
            }
            .into();
        }
        let failing = self.jobs.failing();
        if !failing.is_empty() {
            let failing: serde_json::Map<String, Value> =
                failing.into_iter().map(|(job, of)| (job.to_owned(), of.into())).collect();
            report["failing_jobs"] = failing.into();
        }
        let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        (status, [(header::CONTENT_TYPE, "application/json")], report.to_string())
    }

    /// Returns the state of each part.
    pub async fn parts(&self) -> Vec<PartHealth> {
        let store = PartHealth { name: "store", works: self.is_writable().await };
        let tasks = [("jobs", "jobs"), ("delivery", "delivery"), ("local_requests", "local requests")];
        let tasks = tasks.map(|(name, task)| PartHealth { name, works: !self.health.is_down(task) });
        std::iter::once(store).chain(tasks).collect()
    }

    /// Returns true if a unit of work was committed less than a second ago, or is now. Concurrent calls share one probe.
    async fn is_writable(&self) -> bool {
        let mut last_probe = self.last_probe.lock().await;
        if let Some(probe) = last_probe.as_ref().filter(|probe| probe.at.elapsed() < PROBE_INTERVAL) {
            return probe.is_writable;
        }
        let is_writable = match tokio::time::timeout(
            PROBE_TIMEOUT,
            self.store.probe(Signature::server(&self.env, "ready")),
        )
        .await
        {
            Ok(Ok(())) => true,
            Ok(Err(error)) => {
                tracing::error!(%error, "not ready: the store cannot be written to");
                false
            }
            Err(_) => {
                tracing::error!("not ready: the store did not answer within {PROBE_TIMEOUT:?}");
                false
            }
        };
        *last_probe = Some(Probe { at: Instant::now(), is_writable });
        is_writable
    }
}
