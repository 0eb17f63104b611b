//! Whether the server can do its work, for whoever distributes calls: `/readyz`.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{http::StatusCode, http::header, response::IntoResponse};
use carillon_model::{audit::Signature, env::Env};
use carillon_store::Store;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::{scheduler::JobStatus, tasks::Health};

/// The store is written to no more often than that, whoever asks.
const PROBE_EVERY: Duration = Duration::from_secs(1);
/// A write that takes longer than this has failed.
const PROBE_TIME: Duration = Duration::from_secs(5);

/// What readiness is told from.
pub struct Readiness {
    store: Arc<Store>,
    env: Env,
    health: Arc<Health>,
    jobs: Arc<JobStatus>,
    probed: Mutex<Option<Probe>>,
}

struct Probe {
    at: Instant,
    is_writable: bool,
}

impl Readiness {
    /// Prepares to tell.
    pub fn new(store: Arc<Store>, env: Env, health: Arc<Health>, jobs: Arc<JobStatus>) -> Arc<Self> {
        Arc::new(Self { store, env, health, jobs, probed: Mutex::new(None) })
    }

    /// The parts of the server, and 503 if one of them cannot do its work. A job that fails in some organisations is named, and makes
    /// nobody unready: the others have to be served, and nothing would get better elsewhere.
    pub async fn report(&self) -> impl IntoResponse + use<> {
        let store = if self.is_writable().await { "ready" } else { "cannot be written to" };
        let task = |name| if self.health.is_down(name) { "restarting" } else { "ready" };
        let [jobs, delivery, commands, local] = ["jobs", "delivery", "commands", "local requests"].map(task);
        let is_ready = [store, jobs, delivery, commands, local].iter().all(|part| *part == "ready");
        let mut report = json!({
            "ready": is_ready, "store": store, "jobs": jobs, "delivery": delivery, "commands": commands,
            "local_requests": local,
        });
        let failing = self.jobs.failing();
        if !failing.is_empty() {
            let failing: serde_json::Map<String, Value> =
                failing.into_iter().map(|(job, of)| (job.to_owned(), of.into())).collect();
            report["failing_jobs"] = failing.into();
        }
        let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        (status, [(header::CONTENT_TYPE, "application/json")], report.to_string())
    }

    /// Whether a unit of work was durable less than a second ago, or is now. All who ask meanwhile wait for the same one.
    async fn is_writable(&self) -> bool {
        let mut probed = self.probed.lock().await;
        if let Some(probe) = probed.as_ref().filter(|probe| probe.at.elapsed() < PROBE_EVERY) {
            return probe.is_writable;
        }
        let is_writable =
            match tokio::time::timeout(PROBE_TIME, self.store.probe(Signature::server(&self.env, "ready")))
                .await
            {
                Ok(Ok(())) => true,
                Ok(Err(error)) => {
                    tracing::error!(%error, "not ready: the store cannot be written to");
                    false
                }
                Err(_) => {
                    tracing::error!("not ready: the store did not answer within {PROBE_TIME:?}");
                    false
                }
            };
        *probed = Some(Probe { at: Instant::now(), is_writable });
        is_writable
    }
}
