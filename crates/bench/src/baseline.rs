//! A bare axum handler.

use std::{net::SocketAddr, thread};

use anyhow::{Context, Result};
use axum::{Json, Router, http::header, routing::post};
use serde_json::Value;
use tokio::net::TcpListener;

/// Serves an answer that is known beforehand to every request whose body is JSON, on a free port for the rest of the run.
pub fn serve(answer: String) -> Result<SocketAddr> {
    let (told, address) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            told.send(listener.local_addr()?)?;
            let handler =
                move |_: Json<Value>| async move { ([(header::CONTENT_TYPE, "application/json")], answer) };
            axum::serve(listener, Router::new().route("/", post(handler))).await?;
            anyhow::Ok(())
        })
    });
    address.recv().context("the bare handler did not start")
}
