//! Operations for whoever may open the data folder: HTTP on a socket inside of it.

use std::{
    fs::{self, Permissions},
    io::ErrorKind,
    os::unix::fs::PermissionsExt,
    path::Path,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, Result};
use axum::{Extension, Router, serve::Listener};
use carillon_wire::caller::LocalConnection;
use tokio::{
    net::{UnixListener, UnixStream, unix::SocketAddr},
    sync::watch,
};

/// The socket.
const FILE: &str = "api.sock";
/// How long the socket rests when a connection cannot be accepted: no open file is left, for example.
const AFTER_REFUSAL: Duration = Duration::from_millis(100);
/// Requests under way have this long to finish once the server stops.
const DRAIN_TIME: Duration = Duration::from_secs(10);

/// Opens the socket of a data folder that this process has locked. A server that was killed leaves its socket behind.
pub fn listen(data: &Path) -> Result<UnixListener> {
    let path = data.join(FILE);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("cannot replace {}", path.display()));
        }
        _ => {}
    }
    let listener = UnixListener::bind(&path).with_context(|| format!("cannot open {}", path.display()))?;
    fs::set_permissions(&path, Permissions::from_mode(0o600))
        .with_context(|| format!("cannot protect {}", path.display()))?;
    Ok(listener)
}

/// Serves until the server stops.
pub async fn serve(listener: Arc<UnixListener>, router: Router, stopping: watch::Receiver<bool>) {
    let router = router.layer(Extension(LocalConnection));
    let stopped = |mut stopping: watch::Receiver<bool>| async move {
        // The error is a sender that is gone.
        let _ = stopping.wait_for(|stopping| *stopping).await;
    };
    let served =
        axum::serve(SharedListener(listener), router).with_graceful_shutdown(stopped(stopping.clone()));
    let out_of_time = async {
        stopped(stopping).await;
        tokio::time::sleep(DRAIN_TIME).await;
    };
    tokio::select! {
        served = served.into_future() => if let Err(error) = served {
            tracing::error!(%error, "the socket of the data folder ended");
        },
        // A client that has sent half a request must not keep the server.
        () = out_of_time => tracing::warn!("some requests on the socket of the data folder did not finish in time"),
    }
}

/// The socket, which outlives each start of the task that serves it.
struct SharedListener(Arc<UnixListener>);

impl Listener for SharedListener {
    type Io = UnixStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (UnixStream, SocketAddr) {
        loop {
            match self.0.accept().await {
                Ok(accepted) => return accepted,
                Err(error) => {
                    tracing::warn!(%error, "local requests cannot be accepted just now");
                    tokio::time::sleep(AFTER_REFUSAL).await;
                }
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.0.local_addr()
    }
}
