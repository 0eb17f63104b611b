//! `carillon serve`: the server.

use std::{path::Path, sync::Arc};

use anyhow::Result;
use carillon_delivery::{Callbacks, Delivery};
use carillon_domain::article::views;
use carillon_model::{env::Env, id::CorpId};
use carillon_store::Store;
use carillon_web::sign_in_limits::SignInLimits;
use carillon_wire::{AccessPolicy, Context, MonotonicClock};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

use super::{Executor, open, say, told};
use crate::{
    config::Config, control, http::Listeners, jobs, local, readiness::Readiness, scheduler::Scheduler,
    tasks::Tasks,
};

/// The signal of a write beyond the limit of file sizes, on Linux and others. Nobody listens: it is caught, that is all.
const SIGXFSZ: i32 = 25;

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
    let access_policy = AccessPolicy::new(config.throttle, config.allow, &MonotonicClock::of_machine());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        // A limit of file sizes is a write that fails, as on a full disk, and not the end of the server.
        let _file_size_limit = signal(SignalKind::from_raw(SIGXFSZ))?;
        let (listen, metrics) = (&config.listen, config.metrics_listen.as_deref());
        let listeners = Listeners::bind(listen, metrics, config.http, &config.tls, trusted_proxies).await?;
        let url = listeners.bound_url();
        let access_policy = Arc::new(access_policy.with_body_budget(Arc::clone(&listeners.body_budget)));
        let (stopping, stopped) = watch::channel(false);
        let of_listeners = Arc::clone(&store);
        let delivery = Delivery::new(Arc::clone(&store), env.clone(), callbacks, stopped.clone());
        let sign_in_limits = Arc::new(SignInLimits::new(env.settings.sign_in.clone()));
        let jobs = jobs::list(&store, &delivery, &access_policy);
        let scheduler = Scheduler::new(Arc::clone(&store), env.clone(), jobs, stopped.clone());
        let mut tasks = Tasks::new(stopped.clone());
        let readiness = Readiness::new(Arc::clone(&store), env.clone(), tasks.health(), scheduler.status());
        let router = listeners.router(
            context,
            Arc::clone(&access_policy),
            Arc::clone(&sign_in_limits),
            Arc::clone(&readiness),
            stopped.clone(),
            delivery.router(),
        );
        let executor = Executor { store, env: env.clone(), sign_in_limits };
        let commands = Arc::new(control::listen(data)?);
        let of_commands = stopped.clone();
        tasks.spawn("commands", move || {
            control::serve(Arc::clone(&commands), executor.clone(), of_commands.clone())
        });
        let local = Arc::new(local::listen(data)?);
        let (local_router, of_local) = (router.clone(), stopped.clone());
        tasks.spawn("local requests", move || {
            local::serve(Arc::clone(&local), local_router.clone(), of_local.clone())
        });
        tasks.spawn("jobs", move || Arc::clone(&scheduler).run());
        tasks.spawn("delivery", move || Arc::clone(&delivery).run());
        stop_on_signal(stopping)?;
        let more = ready(&url)?;
        say(&format!("carillon listening on {url}\n{more}"));
        listeners.serve(router, readiness, stopped).await;
        // Every call has been answered now.
        write_article_views(&of_listeners, &env).await;
        access_policy.store_counts(&of_listeners, &env).await.map_err(told)?;
        tasks.ended().await;
        Ok(())
    })
}

/// Writes the views of articles that are counted in memory alone.
async fn write_article_views(store: &Arc<Store>, env: &Env) {
    let corps: Vec<CorpId> = store.state().corps.keys().cloned().collect();
    for corp in corps {
        if let Err(error) = views::write_counts(Arc::clone(store), env.clone(), corp.clone()).await {
            tracing::error!(corp = corp.as_str(), %error, "the last views of articles could not be written");
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
