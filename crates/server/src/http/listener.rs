//! Accepts connections until the server stops, then lets those at work finish.

use std::{sync::Arc, time::Duration};

use carillon_wire::{Holder, is_trusted, peer::address_key};
use tokio::{
    net::TcpListener,
    sync::{mpsc, watch},
};

use super::{connection, connection::Shared};

/// After an error, no connection is accepted for so long; twice as long after each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(5);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// Requests under way have this long to finish once the server stops.
const DRAIN_TIME: Duration = Duration::from_secs(10);

/// Accepts connections until the server stops. Returns when all of them have ended, or when their time is over.
pub async fn run(listener: TcpListener, shared: Arc<Shared>, mut stopping: watch::Receiver<bool>) {
    let mut pause = FIRST_PAUSE;
    // Every connection holds a sender: when all are dropped, all connections have ended.
    let (open, mut all_ended) = mpsc::channel::<()>(1);
    let stopped = stopping.clone();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopping.wait_for(|stopping| *stopping) => break,
        };
        let (stream, caller) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // No files are left, or the client has gone already.
                tracing::warn!(%error, "cannot accept connections just now");
                shared.connections.shed();
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
                continue;
            }
        };
        pause = FIRST_PAUSE;
        let address = caller.ip();
        let holder =
            (!is_trusted(&shared.trusted_proxies, address)).then(|| Holder::Address(address_key(address)));
        let Some(admitted) = shared.connections.admit(holder) else {
            metrics::counter!("carillon_refused_connections_total").increment(1);
            continue;
        };
        let (shared, stopping, open) = (Arc::clone(&shared), stopped.clone(), open.clone());
        tokio::spawn(async move {
            let connection = Arc::clone(admitted.connection());
            let rest = connection::serve(shared, stream, caller, connection, stopping).await;
            if let Some(rest) = rest {
                tokio::spawn(async move {
                    rest.await;
                    drop((admitted, open));
                });
            }
        });
    }
    drop((listener, open));
    if tokio::time::timeout(DRAIN_TIME, all_ended.recv()).await.is_err() {
        tracing::warn!(connections = shared.connections.count(), "some requests did not finish in time");
    }
}
