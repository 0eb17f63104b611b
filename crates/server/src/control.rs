//! How the command line reaches the server that runs on a data folder: a socket inside of it, for whoever may open the
//! folder. One line of JSON each way.

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
    cmd::{AdminCommand, Executor, told},
    doctor::ServerReport,
    usage::{Usage, is_usage},
};

/// The longest command.
const COMMAND_BYTES: u64 = 1 << 20;
/// A command is done, or refused, in this time.
const TIMEOUT: Duration = Duration::from_secs(60);
/// How long the socket rests when a command cannot be accepted: no open file is left, for example.
const AFTER_REFUSAL: Duration = Duration::from_millis(100);

#[derive(Serialize, Deserialize)]
enum Answer {
    Done(Value),
    /// The command cannot be right.
    Refused(String),
    Failed(String),
}

fn path(data: &Path) -> PathBuf {
    data.join("control.sock")
}

/// Has the running server do something; `None` when no server runs on the data folder.
pub fn ask(data: &Path, command: &AdminCommand) -> Result<Option<Value>> {
    let mut stream =
        match UnixStream::connect(path(data)) {
            Ok(stream) => stream,
            // A server that was killed leaves its socket behind.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => {
                return Ok(None);
            }
            Err(error) => return Err(error).context(
                "cannot reach the server that runs on the data folder: run this as the user that it runs as",
            ),
        };
    stream.set_read_timeout(Some(TIMEOUT))?;
    let mut line = serde_json::to_vec(command)?;
    line.push(b'\n');
    stream.write_all(&line)?;
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer)?;
    match serde_json::from_str(&answer).context(
        "the server ended before it answered, or is of another version: look at its log, and restart it",
    )? {
        Answer::Done(value) => Ok(Some(value)),
        Answer::Refused(reason) => Err(Usage::error(reason)),
        Answer::Failed(reason) => bail!(reason),
    }
}

/// What the running server says of itself; `None` when no server runs on the data folder.
pub fn report(data: &Path) -> Result<Option<ServerReport>> {
    let answer = ask(data, &AdminCommand::ServerReport)?;
    Ok(answer.map(serde_json::from_value).transpose()?)
}

/// Opens the socket of a data folder that this process has locked.
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

/// Does what the command line asks for until the server stops.
pub async fn serve(listener: Arc<UnixListener>, executor: Executor, mut stopping: watch::Receiver<bool>) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopping.wait_for(|stopping| *stopping) => return,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "commands cannot be accepted just now");
                tokio::time::sleep(AFTER_REFUSAL).await;
                continue;
            }
        };
        let executor = executor.clone();
        tokio::spawn(tokio::time::timeout(TIMEOUT, async move {
            let mut stream = BufStream::new(stream);
            let mut line = String::new();
            (&mut stream).take(COMMAND_BYTES).read_line(&mut line).await?;
            let done = tokio::task::spawn_blocking(move || {
                let command: AdminCommand = serde_json::from_str(&line)?;
                command.answer(&executor).map_err(told)
            });
            let answer = match done.await? {
                Ok(value) => Answer::Done(value),
                Err(error) if is_usage(&error) => Answer::Refused(format!("{error:#}")),
                Err(error) => Answer::Failed(format!("{error:#}")),
            };
            let mut line = serde_json::to_vec(&answer)?;
            line.push(b'\n');
            stream.write_all(&line).await?;
            stream.flush().await?;
            anyhow::Ok(())
        }));
    }
}
