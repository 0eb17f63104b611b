//! What operators and their machines look at: metrics, health, readiness.

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use axum::{Router, routing::get};
use carillon_wire::body_budget::BodyBudget;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::sync::watch;

use super::connections::Connections;
use crate::readiness::Readiness;

/// The recorder puts away what was measured as often as this; else it would keep every single value until somebody asks.
const UPKEEP: Duration = Duration::from_secs(5);

/// Starts measuring. Call it before anything is measured.
pub fn install() -> Result<PrometheusHandle> {
    let builder = PrometheusBuilder::new().set_buckets_for_metric(
        Matcher::Full("carillon_operation_seconds".to_owned()),
        &[0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0],
    )?;
    Ok(builder.install_recorder()?)
}

/// Keeps the recorder small, and measures what has to be looked at, until the server stops.
pub async fn run_upkeep(
    recorder: PrometheusHandle,
    connections: Arc<Connections>,
    budget: Arc<BodyBudget>,
    mut stopping: watch::Receiver<bool>,
) {
    #[expect(clippy::cast_precision_loss, reason = "a measurement")]
    let measure = || {
        metrics::gauge!("carillon_open_connections").set(connections.count() as f64);
        metrics::gauge!("carillon_body_bytes_in_flight").set(budget.used() as f64);
        metrics::gauge!("carillon_dropped_log_lines").set(crate::telemetry::dropped_lines() as f64);
    };
    while tokio::time::timeout(UPKEEP, stopping.wait_for(|stopping| *stopping)).await.is_err() {
        measure();
        recorder.run_upkeep();
    }
}

/// Metrics and readiness: for a listener that strangers do not reach.
pub fn router(recorder: PrometheusHandle, readiness: Arc<Readiness>) -> Router {
    Router::new()
        .route("/metrics", get(move || async move { recorder.render() }))
        .route("/readyz", get(move || async move { readiness.report().await }))
}

/// Health: that the server answers at all. It tells nothing and costs nothing, so it is for everybody.
pub fn health() -> Router {
    Router::new().route("/healthz", get(|| async { "ok" }))
}
