//! `carillon serve`: the server.

use std::{path::Path, sync::Arc};

use anyhow::{Context as _, Result};
use carillon_wire::Context;
use clap::Args;
use tokio::net::TcpListener;

use super::open;
use crate::http;

/// How to serve.
#[derive(Args)]
pub struct Options {
    /// The address to listen on; port 0 takes a free one.
    #[arg(long, env = "CARILLON_LISTEN", default_value = "127.0.0.1:8080")]
    listen: String,
    /// The address that links in answers begin with, when callers reach the server by another.
    #[arg(long, env = "CARILLON_PUBLIC_URL")]
    public_url: Option<String>,
}

/// Serves until SIGTERM or Ctrl-C.
pub fn run(data: &Path, options: Options) -> Result<()> {
    let (store, env) = open(data)?;
    let public_url = options.public_url.map(|url| Arc::from(url.trim_end_matches('/')));
    let context = Context { store, env, public_url };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(&options.listen).await.with_context(|| {
            format!("cannot listen on {}: choose another address with --listen", options.listen)
        })?;
        let address = listener.local_addr()?;
        let router = http::router(context)?;
        println!("carillon listening on http://{address}");
        http::serve(listener, router).await
    })
}
