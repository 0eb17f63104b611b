//! `carillon serve`: the server.

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::Result;
use carillon_delivery::{Callbacks, Delivery};
use carillon_model::env::Env;
use carillon_store::Store;
use carillon_web::sign_in_limits::SignInLimits;
use carillon_wire::{Context, Gate, Ticks};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

use super::{Executor, open, say, told};
use crate::{config::Config, control, days, http::Listeners, jobs, local};

/// A crash forgets the calls of a month that were counted in this time.
const COUNTS_TIME: Duration = Duration::from_secs(3);

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
    ready: impl FnOnce(&str) -> Result<String>,
) -> Result<()> {
    let public_url = config.public_url.map(|url| Arc::from(url.trim_end_matches('/')));
    let callbacks = Callbacks::new(&env).map_err(told)?;
    let context = Context {
        store: Arc::clone(&store),
        env: env.clone(),
        public_url,
        callbacks: Arc::new(callbacks.clone()),
    };
    let trusted_proxies = config.throttle.trusted_proxies.clone();
    let gate = Gate::new(config.throttle, config.allow, &Ticks::of_machine());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let (listen, metrics) = (&config.listen, config.metrics_listen.as_deref());
        let listeners = Listeners::bind(listen, metrics, config.http, &config.tls, trusted_proxies).await?;
        let url = listeners.bound_url();
        let gate = Arc::new(gate.with_body_budget(Arc::clone(&listeners.body_budget)));
        let (stopping, stopped) = watch::channel(false);
        let of_listeners = Arc::clone(&store);
        let delivery = Delivery::new(Arc::clone(&store), env.clone(), callbacks, stopped.clone());
        let sign_in_limits = Arc::new(SignInLimits::new(env.settings.sign_in.clone()));
        let router = listeners
            .router(context, Arc::clone(&gate), Arc::clone(&sign_in_limits), stopped.clone())
            .merge(delivery.router());
        let executor = Executor { store: Arc::clone(&store), env: env.clone(), sign_in_limits };
        let commands = control::serve(control::listen(data)?, executor, stopped.clone());
        let local = local::serve(local::listen(data)?, router.clone(), stopped.clone());
        let work = [
            tokio::spawn(commands),
            tokio::spawn(local),
            tokio::spawn(jobs::send_due(Arc::clone(&store), env.clone(), stopped.clone())),
            tokio::spawn(jobs::fold(Arc::clone(&store), env.clone(), stopped.clone())),
            tokio::spawn(days::close(store, env.clone(), stopped.clone())),
            tokio::spawn(delivery.run()),
            tokio::spawn(store_counts(
                Arc::clone(&gate),
                Arc::clone(&of_listeners),
                env.clone(),
                stopped.clone(),
            )),
        ];
        stop_on_signal(stopping)?;
        let more = ready(&url)?;
        say(&format!("carillon listening on {url}\n{more}"));
        listeners.serve(router, Arc::clone(&of_listeners), &env, stopped).await;
        // Every call has been answered now.
        gate.store_counts(&of_listeners, &env).await.map_err(told)?;
        for work in work {
            work.await?;
        }
        Ok(())
    })
}

/// Stores the counts of calls every few seconds until the server stops.
async fn store_counts(gate: Arc<Gate>, store: Arc<Store>, env: Env, mut stopping: watch::Receiver<bool>) {
    while tokio::time::timeout(COUNTS_TIME, stopping.wait_for(|stopping| *stopping)).await.is_err() {
        if let Err(error) = gate.store_counts(&store, &env).await {
            tracing::error!(%error, "the counts of calls could not be stored");
        }
    }
}

/// Stops the server on SIGTERM or Ctrl-C.
fn stop_on_signal(stopping: watch::Sender<bool>) -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        stopping.send_replace(true);
    });
    Ok(())
}
