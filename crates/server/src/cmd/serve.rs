//! `carillon serve`: the server.

use std::{net::SocketAddr, path::Path, sync::Arc};

use anyhow::{Context as _, Result};
use carillon_delivery::{Callbacks, Delivery};
use carillon_model::env::Env;
use carillon_store::Store;
use carillon_web::sign_in_limits::SignInLimits;
use carillon_wire::{Context, Gate, Ticks};
use tokio::{net::TcpListener, sync::watch};

use super::{Executor, open, say, told};
use crate::{config::Config, control, days, http, jobs};

/// Serves until SIGTERM or Ctrl-C.
pub fn run(data: &Path, config: Config) -> Result<()> {
    let (store, env) = open(data, config.settings())?;
    serve(data, config, store, env, |_| Ok(String::new()))
}

/// Serves what is open. `ready` is told the address before the first call is answered, and gives what to print below the
/// line that says so.
pub fn serve(
    data: &Path,
    config: Config,
    store: Arc<Store>,
    env: Env,
    ready: impl FnOnce(SocketAddr) -> Result<String>,
) -> Result<()> {
    let public_url = config.public_url.map(|url| Arc::from(url.trim_end_matches('/')));
    let callbacks = Callbacks::new(&env).map_err(told)?;
    let context = Context {
        store: Arc::clone(&store),
        env: env.clone(),
        public_url,
        callbacks: Arc::new(callbacks.clone()),
    };
    let gate = Gate::new(config.throttle, config.allow, &Ticks::of_machine());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(&config.listen).await.with_context(|| {
            format!("cannot listen on {}: choose another address with --listen", config.listen)
        })?;
        let address = listener.local_addr()?;
        let (stopping, stopped) = watch::channel(false);
        let delivery = Delivery::new(Arc::clone(&store), env.clone(), callbacks, stopped.clone());
        let sign_in_limits = Arc::new(SignInLimits::new(env.settings.sign_in.clone()));
        let router = http::router(context, gate, address, Arc::clone(&sign_in_limits), stopped.clone())?
            .merge(delivery.router());
        let executor = Executor { store: Arc::clone(&store), env: env.clone(), sign_in_limits };
        let commands = control::serve(control::listen(data)?, executor, stopped.clone());
        let work = [
            tokio::spawn(commands),
            tokio::spawn(jobs::send_due(Arc::clone(&store), env.clone(), stopped.clone())),
            tokio::spawn(jobs::fold(Arc::clone(&store), env.clone(), stopped.clone())),
            tokio::spawn(days::close(store, env, stopped)),
            tokio::spawn(delivery.run()),
        ];
        let more = ready(address)?;
        say(&format!("carillon listening on http://{address}\n{more}"));
        http::serve(listener, router, stopping).await?;
        for work in work {
            work.await?;
        }
        Ok(())
    })
}
