//! Commands of the command line that the running server executes: requests to one path of the socket in the data folder, and of no other
//! listener.

use std::{io::ErrorKind, os::unix::net::UnixStream, path::Path, time::Duration};

use anyhow::{Context, Result, anyhow, bail};
use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::State,
    http::{Request, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::runtime::Builder;

use crate::{
    cmd::{AdminCommand, Executor, OTHER_VERSION, cli_error},
    doctor::ServerReport,
    local_api,
    usage::{Usage, is_usage},
};

/// The path. It has the command as JSON, and responds with the output as JSON, or with the text of an error: 400 for a usage error, 500 for a
/// failure.
const PATH: &str = "/internal/commands";
/// The longest command in bytes.
const MAX_COMMAND_BYTES: usize = 1 << 20;
/// The longest output in bytes.
const MAX_OUTPUT_BYTES: usize = 256 << 20;
/// The time limit of a command, from the first byte of the request to the last one of the response.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The route of the commands.
pub fn router(executor: Executor) -> Router {
    Router::new().route(PATH, post(handle)).with_state(executor)
}

async fn handle(State(executor): State<Executor>, body: Body) -> Response {
    match tokio::time::timeout(TIMEOUT, execute(executor, body)).await {
        Ok(response) => response,
        Err(_) => (StatusCode::GATEWAY_TIMEOUT, too_slow()).into_response(),
    }
}

async fn execute(executor: Executor, body: Body) -> Response {
    let Ok(body) = to_bytes(body, MAX_COMMAND_BYTES).await else {
        let text = format!("the command is longer than {MAX_COMMAND_BYTES} bytes, or was cut off");
        return (StatusCode::PAYLOAD_TOO_LARGE, text).into_response();
    };
    let Ok(command) = serde_json::from_slice::<AdminCommand>(&body) else {
        return (StatusCode::UNPROCESSABLE_ENTITY, "no command of this version").into_response();
    };
    let done = tokio::task::spawn_blocking(move || command.execute(&executor).map_err(cli_error));
    match done.await {
        Ok(Ok(output)) => ([(header::CONTENT_TYPE, "application/json")], output.to_string()).into_response(),
        Ok(Err(error)) if is_usage(&error) => (StatusCode::BAD_REQUEST, format!("{error:#}")).into_response(),
        Ok(Err(error)) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}")).into_response(),
        // It panicked, which the log tells.
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, "the command failed: look at the log of the server")
            .into_response(),
    }
}

fn too_slow() -> String {
    format!("the server did not answer within {} seconds: look at its log", TIMEOUT.as_secs())
}

/// Sends a command to the running server and returns the output. Returns `None` if no server is running on the data folder.
pub fn send(data: &Path, command: &AdminCommand) -> Result<Option<Value>> {
    let stream = match UnixStream::connect(local_api::socket(data)) {
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
    stream.set_nonblocking(true)?;
    let command = serde_json::to_vec(command)?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let answered = runtime.block_on(async { tokio::time::timeout(TIMEOUT, exchange(stream, command)).await });
    let (status, output) = answered.map_err(|_| anyhow!(too_slow()))??;
    let text = || String::from_utf8_lossy(&output).into_owned();
    match status {
        StatusCode::OK => Ok(Some(serde_json::from_slice(&output).context(OTHER_VERSION)?)),
        StatusCode::BAD_REQUEST => Err(Usage::error(text())),
        StatusCode::NOT_FOUND | StatusCode::UNPROCESSABLE_ENTITY => bail!(OTHER_VERSION),
        _ => bail!(text()),
    }
}

/// Sends one request on a connection, and returns status and body of the response.
async fn exchange(stream: UnixStream, command: Vec<u8>) -> Result<(StatusCode, Bytes)> {
    const ENDED: &str = "the server ended before it answered: look at its log, and restart it";
    let stream = TokioIo::new(tokio::net::UnixStream::from_std(stream)?);
    let (mut sender, connection) = http1::handshake(stream).await.context(ENDED)?;
    // It ends with the runtime at the latest. Its errors are those of the request.
    tokio::spawn(connection);
    let request = Request::post(PATH)
        .header(header::HOST, "local")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CONNECTION, "close")
        .body(Full::new(Bytes::from(command)))?;
    let response = sender.send_request(request).await.context(ENDED)?;
    let status = response.status();
    let body = Limited::new(response.into_body(), MAX_OUTPUT_BYTES).collect().await;
    Ok((status, body.map_err(|error| anyhow!(error)).context(ENDED)?.to_bytes()))
}

/// Returns the running server's report for `carillon doctor`, or `None` if no server is running on the data folder.
pub fn report(data: &Path) -> Result<Option<ServerReport>> {
    let response = send(data, &AdminCommand::ServerReport)?;
    Ok(response.map(serde_json::from_value).transpose()?)
}
