//! Bare axum handlers: one that answers what it knows beforehand, and one that builds its answer for each request.

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

/// Serves an answer that is known beforehand to every request whose body is JSON, on a free port for the rest of the run.
pub fn serve(answer: String) -> Result<SocketAddr> {
    on_free_port(post(
        move |_: Json<Value>| async move { ([(header::CONTENT_TYPE, "application/json")], answer) },
    ))
}

/// Serves what is built from each request, which is parsed into the values that it needs.
pub fn serve_built<Request, Answer>(
    build: impl Fn(Request) -> Answer + Send + Sync + 'static,
) -> Result<SocketAddr>
where
    Request: DeserializeOwned + Send + 'static,
    Answer: Serialize + 'static,
{
    let build = Arc::new(build);
    on_free_port(post(move |Json(request): Json<Request>| async move { Json(build(request)) }))
}

fn on_free_port(handler: MethodRouter) -> Result<SocketAddr> {
    let (told, address) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            told.send(listener.local_addr()?)?;
            axum::serve(listener, Router::new().route("/", handler)).await?;
            anyhow::Ok(())
        })
    });
    address.recv().context("the bare handler did not start")
}
