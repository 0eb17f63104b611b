//! Operations for whoever may open the data folder: HTTP on a socket inside of it.

use std::{
    fs::{self, Permissions},
    io::ErrorKind,
    os::unix::fs::PermissionsExt,
    path::Path,
};

use anyhow::{Context, Result};
use axum::{Extension, Router};
use carillon_wire::caller::LocalConnection;
use tokio::{net::UnixListener, sync::watch};

/// The socket.
const FILE: &str = "api.sock";

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
pub async fn serve(listener: UnixListener, router: Router, mut stopping: watch::Receiver<bool>) {
    let router = router.layer(Extension(LocalConnection));
    let stopped = async move {
        // The error is a sender that is gone.
        let _ = stopping.wait_for(|stopping| *stopping).await;
    };
    if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stopped).await {
        tracing::error!(%error, "the socket of the data folder ended");
    }
}
