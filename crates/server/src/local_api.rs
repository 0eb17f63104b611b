//! HTTP on a socket in the data folder, for users with access to that folder: the OpenAPI, and the commands of the command line.

use std::{
    fs::{self, Permissions},
    io::ErrorKind,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
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

/// The name of the socket in the data folder.
const SOCKET_NAME: &str = "api.sock";
/// The delay after a connection could not be accepted, for example because no file descriptor was left.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(100);
/// Requests in flight have this long to finish once the server stops.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);

/// The path of the socket.
pub fn socket(data: &Path) -> PathBuf {
    data.join(SOCKET_NAME)
}

/// Opens the socket, and replaces that of a killed server. This process must hold the lock of the data folder.
pub fn listen(data: &Path) -> Result<UnixListener> {
    let path = socket(data);
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

/// Serves requests until the server stops.
pub async fn serve(listener: Arc<UnixListener>, router: Router, stopping: watch::Receiver<bool>) {
    let router = router.layer(Extension(LocalConnection));
    let stopped = |mut stopping: watch::Receiver<bool>| async move {
        // The error is a dropped sender.
        let _ = stopping.wait_for(|stopping| *stopping).await;
    };
    let served =
        axum::serve(SharedListener(listener), router).with_graceful_shutdown(stopped(stopping.clone()));
    let drain_timeout = async {
        stopped(stopping).await;
        tokio::time::sleep(DRAIN_TIMEOUT).await;
    };
    tokio::select! {
        served = served.into_future() => if let Err(error) = served {
            tracing::error!(%error, "the socket of the data folder ended");
        },
        // A client that sent half a request must not delay the end of the server.
        () = drain_timeout => tracing::warn!("some requests on the socket of the data folder did not finish in time"),
    }
}

/// A listener that is shared by the restarts of its task.
struct SharedListener(Arc<UnixListener>);

impl Listener for SharedListener {
    type Io = UnixStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (UnixStream, SocketAddr) {
        loop {
            match self.0.accept().await {
                Ok(accepted) => return accepted,
                Err(error) => {
                    tracing::warn!(%error, "local requests cannot be accepted at the moment");
                    tokio::time::sleep(ACCEPT_RETRY_DELAY).await;
                }
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.0.local_addr()
    }
}
