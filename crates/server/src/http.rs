//! The listener: routes, time limits of connections, draining.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use anyhow::Result;
use axum::{
    Extension, Router,
    extract::{ConnectInfo, State},
    http::{StatusCode, header},
    routing::get,
};
use carillon_model::audit::Signature;
use carillon_web::{
    routes::{self, Pages},
    sign_in_limits::SignInLimits,
};
use carillon_wire::{Context, Gate};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
};
use tower_layer::Layer;

/// A client that takes longer than this to send its headers is cut off.
const HEADER_TIME: Duration = Duration::from_secs(30);
/// Requests under way have this long to finish once the server stops.
const DRAIN_TIME: Duration = Duration::from_secs(10);

/// The OpenAPI document of the declarations as it is checked in, which the tests compare: generating it at each start would take
/// more memory than the server itself.
const DOCUMENT: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/openapi.json"));

/// All routes.
pub fn router(
    context: Context,
    gate: Gate,
    address: SocketAddr,
    sign_in_limits: Arc<SignInLimits>,
    stopping: watch::Receiver<bool>,
) -> Result<Router> {
    let metrics = PrometheusBuilder::new()
        .set_buckets_for_metric(
            Matcher::Full("carillon_operation_seconds".to_owned()),
            &[0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0],
        )?
        .install_recorder()?;
    let operations = carillon_api::operations();
    let own = Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(move || async move { metrics.render() }))
        .route("/openapi.json", get(|| async { ([(header::CONTENT_TYPE, "application/json")], DOCUMENT) }))
        .with_state(context.clone());
    let base_url = context.public_url.clone().unwrap_or_else(|| own_url(address));
    let pages =
        Pages::new(Arc::clone(&context.store), context.env.clone(), base_url, sign_in_limits, stopping);
    Ok(own.merge(routes::router(pages)).merge(carillon_wire::guarded_router(context, operations, gate)))
}

/// Where a program on this machine reaches the server: one that listens on all addresses has none of its own.
fn own_url(address: SocketAddr) -> Arc<str> {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    format!("http://{}", SocketAddr::new(ip, address.port())).into()
}

/// Ready when a unit of work can be made durable.
async fn ready(State(context): State<Context>) -> (StatusCode, &'static str) {
    match context.store.write_registry(Signature::server(&context.env, "ready"), |_| Ok(())).await {
        Ok(()) => (StatusCode::OK, "ready"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer"),
    }
}

/// Serves until SIGTERM or Ctrl-C, then lets requests under way finish.
pub async fn serve(listener: TcpListener, router: Router, stopping: watch::Sender<bool>) -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let graceful = GracefulShutdown::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, caller)) => {
                    // Small answers must not wait for more to send.
                    let _ = stream.set_nodelay(true);
                    let mut builder = auto::Builder::new(TokioExecutor::new()).http1_only();
                    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADER_TIME);
                    let service = Extension(ConnectInfo(caller)).layer(router.clone());
                    let service = TowerToHyperService::new(service);
                    let connection =
                        builder.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
                    let connection = graceful.watch(connection);
                    tokio::spawn(async move {
                        if let Err(error) = connection.await {
                            tracing::debug!(%error, "a connection ended early");
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "cannot accept connections just now");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            },
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
        }
    }
    drop(listener);
    // Live pages would hold their connections open for ever.
    stopping.send_replace(true);
    if tokio::time::timeout(DRAIN_TIME, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
    Ok(())
}
