//! `carillon serve`: starts, runs and stops the server.

use std::{path::Path, sync::Arc};

use anyhow::Result;
use carillon_delivery::{Callbacks, Delivery};
use carillon_domain::{article::views, call};
use carillon_model::{env::Env, id::CorpId};
use carillon_store::Store;
use carillon_web::sign_in_limits::SignInLimits;
use carillon_wire::{AccessPolicy, Context, Dispatcher, MonotonicClock, SignInLock};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

use super::{Executor, cli_error, open, print_text};
use crate::{
    commands,
    config::Config,
    http::Listeners,
    jobs, local_api,
    readiness::Readiness,
    scheduler::Scheduler,
    system::{self, System},
    tasks::Tasks,
};

/// The signal of a write beyond the limit of file sizes. It is caught, but not handled.
const SIGXFSZ: i32 = 25;

/// Runs the server until SIGTERM or Ctrl-C.
pub fn run(data: &Path, config: Config) -> Result<()> {
    let (store, env) = open(data, config.settings())?;
    serve(data, config, store, env, |_| Ok(String::new()))
}

/// Runs the server on an open store. `ready` is called with the URL before the first request is answered, and returns the text to print
/// below the address.
pub fn serve(
    data: &Path,
    config: Config,
    store: Arc<Store>,
    env: Env,
    ready: impl FnOnce(&str) -> Result<String>,
) -> Result<()> {
    let started_at = env.now();
    let public_url: Option<Arc<str>> = config.public_url.map(|url| Arc::from(url.trim_end_matches('/')));
    let own_address = public_url.clone();
    let callbacks = Callbacks::new(&env).map_err(cli_error)?;
    let sign_in_limits = Arc::new(SignInLimits::new(env.settings.sign_in.clone()));
    let trusted_proxies = config.throttle.trusted_proxies.clone();
    let access_policy = AccessPolicy::new(config.throttle, config.allow, &MonotonicClock::of_machine());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        // Without a handler, a write beyond the limit of file sizes would end the process. With it, the write fails as on a full disk.
        let _file_size_limit = signal(SignalKind::from_raw(SIGXFSZ))?;
        let (listen, metrics) = (&config.listen, config.metrics_listen.as_deref());
        let (max_connections, body_bytes) = (config.http.max_connections, config.http.body_bytes_in_flight);
        let listeners = Listeners::bind(listen, metrics, config.http, &config.tls, trusted_proxies).await?;
        let url = listeners.bound_url();
        let access_policy = Arc::new(access_policy.with_body_budget(Arc::clone(&listeners.body_budget)));
        let (stopping, stopped) = watch::channel(false);
        let final_store = Arc::clone(&store);
        let check_callbacks = Arc::new(callbacks.clone());
        let delivery = Delivery::new(Arc::clone(&store), env.clone(), callbacks, stopped.clone());
        let jobs = jobs::list(&store, &delivery, &access_policy);
        let scheduler = Scheduler::new(Arc::clone(&store), env.clone(), jobs, stopped.clone());
        let mut tasks = Tasks::new(stopped.clone());
        let readiness = Readiness::new(Arc::clone(&store), env.clone(), tasks.health(), scheduler.status());
        let server = System {
            readiness: Arc::clone(&readiness),
            jobs: scheduler.status(),
            connections: listeners.connections(),
            max_connections,
            body_budget: Arc::clone(&listeners.body_budget),
            body_bytes,
            listeners: listeners.described(),
            settings: system::settings(config.sources),
            store: Arc::clone(&store),
            started_at,
        };
        let context = Context {
            store: Arc::clone(&store),
            env: env.clone(),
            public_url,
            callbacks: check_callbacks,
            sign_in_lock: Arc::clone(&sign_in_limits) as Arc<dyn SignInLock>,
            system: Arc::new(server),
            dispatcher: Dispatcher::default(),
        };
        let routes = listeners.routes(
            context,
            Arc::clone(&access_policy),
            Arc::clone(&sign_in_limits),
            Arc::clone(&readiness),
            stopped.clone(),
            delivery.router(),
        );
        let base_url = Some(own_address.unwrap_or_else(|| url.as_str().into()));
        let executor = Executor { store, env: env.clone(), sign_in_limits, base_url };
        let local = Arc::new(local_api::listen(data)?);
        let local_router = routes.router.clone().merge(commands::router(executor));
        let local_stopped = stopped.clone();
        tasks.spawn("local requests", move || {
            local_api::serve(Arc::clone(&local), local_router.clone(), local_stopped.clone())
        });
        tasks.spawn("jobs", move || Arc::clone(&scheduler).run());
        tasks.spawn("delivery", move || Arc::clone(&delivery).run());
        stop_on_signal(stopping)?;
        let details = ready(&url)?;
        print_text(&format!("carillon listening on {url}\n{details}"));
        listeners.serve(routes, readiness, stopped).await;
        // All requests have been answered.
        write_article_views(&final_store, &env).await;
        access_policy.store_counts(&final_store, &env).await.map_err(cli_error)?;
        call::write_all(&final_store, &env).await.map_err(cli_error)?;
        tasks.join_all().await;
        Ok(())
    })
}

/// Writes the views of articles that are still counted in memory.
async fn write_article_views(store: &Arc<Store>, env: &Env) {
    let corps: Vec<CorpId> = store.state().corps.keys().cloned().collect();
    for corp in corps {
        if let Err(error) = views::write_counts(Arc::clone(store), env.clone(), corp.clone()).await {
            tracing::error!(corp = corp.as_str(), %error, "cannot write the last views of articles");
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
