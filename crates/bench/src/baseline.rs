//! Bare axum handlers: one that returns a fixed response, and one that builds its response for each request.

use std::{net::SocketAddr, sync::Arc, thread};

use anyhow::{Context, Result};
use axum::{
    Json, Router,
    http::header,
    routing::{MethodRouter, post},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use tokio::net::TcpListener;

/// Serves a fixed response to every request with a JSON body. Listens on a free port until the benchmark ends.
pub fn serve(answer: String) -> Result<SocketAddr> {
    on_free_port(post(
        move |_: Json<Value>| async move { ([(header::CONTENT_TYPE, "application/json")], answer) },
    ))
}

/// Serves a response that `answer` builds from each parsed request.
pub fn serve_built<Request, Response>(
    build: impl Fn(Request) -> Response + Send + Sync + 'static,
) -> Result<SocketAddr>
where
    Request: DeserializeOwned + Send + 'static,
    Response: Serialize + 'static,
{
    let build = Arc::new(build);
    on_free_port(post(move |Json(request): Json<Request>| async move { Json(build(request)) }))
}

fn on_free_port(handler: MethodRouter) -> Result<SocketAddr> {
    let (sender, address) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            sender.send(listener.local_addr()?)?;
            axum::serve(listener, Router::new().route("/", handler)).await?;
            anyhow::Ok(())
        })
    });
    address.recv().context("the bare handler did not start")
}
