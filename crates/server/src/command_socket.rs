//! The socket by which the command line reaches the server of a data folder. It is in the data folder, for users with access to that
//! folder. Request and response are one line of JSON each.

use std::{
    fs::Permissions,
    io::{BufRead, BufReader, ErrorKind, Write},
    os::unix::{fs::PermissionsExt, net::UnixStream},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufStream},
    net::UnixListener,
    sync::watch,
};

use crate::{
    cmd::{AdminCommand, Executor, cli_error},
    doctor::ServerReport,
    usage::{Usage, is_usage},
};

/// The longest command in bytes.
const MAX_COMMAND_BYTES: u64 = 1 << 20;
/// The time limit of a command.
const TIMEOUT: Duration = Duration::from_secs(60);
/// The delay after a connection could not be accepted, for example because no file descriptor was left.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(100);

#[derive(Serialize, Deserialize)]
enum Response {
    Done(Value),
    /// A usage error: the command cannot succeed as it is.
    Refused(String),
    Failed(String),
}

fn path(data: &Path) -> PathBuf {
    data.join("control.sock")
}

/// Sends a command to the running server and returns the output. Returns `None` if no server is running on the data folder.
pub fn send_command(data: &Path, command: &AdminCommand) -> Result<Option<Value>> {
    let mut stream = match UnixStream::connect(path(data)) {
        Ok(stream) => stream,
        // A server that was killed leaves its socket behind.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => {
            return Ok(None);
        }
        Err(error) => {
            return Err(error)
                .context("cannot reach the server of the data folder: run this as the user of the server");
        }
    };
    stream.set_read_timeout(Some(TIMEOUT))?;
    let mut line = serde_json::to_vec(command)?;
    line.push(b'\n');
    stream.write_all(&line)?;
    let mut response = String::new();
    BufReader::new(stream).read_line(&mut response)?;
    match serde_json::from_str(&response).context(
        "the server ended before it answered, or is of another version: look at its log, and restart it",
    )? {
        Response::Done(value) => Ok(Some(value)),
        Response::Refused(reason) => Err(Usage::error(reason)),
        Response::Failed(reason) => bail!(reason),
    }
}

/// Returns the running server's report for `carillon doctor`, or `None` if no server is running on the data folder.
pub fn report(data: &Path) -> Result<Option<ServerReport>> {
    let response = send_command(data, &AdminCommand::ServerReport)?;
    Ok(response.map(serde_json::from_value).transpose()?)
}

/// Opens the socket. This process must hold the lock of the data folder.
pub fn listen(data: &Path) -> Result<UnixListener> {
    let path = path(data);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("cannot replace {}", path.display()));
        }
        _ => {}
    }
    let failed = || format!("cannot open {}", path.display());
    let listener = UnixListener::bind(&path).with_context(failed)?;
    std::fs::set_permissions(&path, Permissions::from_mode(0o600)).with_context(failed)?;
    Ok(listener)
}

/// Executes the commands of the command line until the server stops.
pub async fn serve(listener: Arc<UnixListener>, executor: Executor, mut stopping: watch::Receiver<bool>) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopping.wait_for(|stopping| *stopping) => return,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "commands cannot be accepted at the moment");
                tokio::time::sleep(ACCEPT_RETRY_DELAY).await;
                continue;
            }
        };
        let executor = executor.clone();
        tokio::spawn(tokio::time::timeout(TIMEOUT, async move {
            let mut stream = BufStream::new(stream);
            let mut line = String::new();
            (&mut stream).take(MAX_COMMAND_BYTES).read_line(&mut line).await?;
            let done = tokio::task::spawn_blocking(move || {
                let command: AdminCommand = serde_json::from_str(&line)?;
                command.execute(&executor).map_err(cli_error)
            });
            let response = match done.await? {
                Ok(value) => Response::Done(value),
                Err(error) if is_usage(&error) => Response::Refused(format!("{error:#}")),
                Err(error) => Response::Failed(format!("{error:#}")),
            };
            let mut line = serde_json::to_vec(&response)?;
            line.push(b'\n');
            stream.write_all(&line).await?;
            stream.flush().await?;
            anyhow::Ok(())
        }));
    }
}
