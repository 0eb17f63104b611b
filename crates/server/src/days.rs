//! Closing the days of statistics, on the server's own time.

use std::{sync::Arc, time::Duration};

use carillon_domain::stats::{keep, year};
use carillon_model::{audit::Signature, env::Env, error::Result, id::CorpId};
use carillon_store::{Store, Tx};
use tokio::sync::watch;

/// A day that is over, or got late facts, waits at most so long before its statistics are kept.
const CLOSE_EVERY: Duration = Duration::from_secs(60);

/// Closes days until the server stops.
pub async fn close(store: Arc<Store>, env: Env, mut stopping: watch::Receiver<bool>) {
    loop {
        let corps: Vec<CorpId> = store.state().corps.keys().cloned().collect();
        for corp in corps {
            if let Err(error) = close_of(&store, &env, &corp, &stopping).await {
                tracing::error!(%error, corp = corp.as_str(), "days could not be closed");
            }
        }
        tokio::select! {
            () = tokio::time::sleep(CLOSE_EVERY) => {}
            _ = stopping.wait_for(|stopping| *stopping) => return,
        }
    }
}

/// One step after the other, each in a unit of its own, so that others come in between.
async fn close_of(
    store: &Arc<Store>,
    env: &Env,
    corp: &CorpId,
    stopping: &watch::Receiver<bool>,
) -> Result<()> {
    while !*stopping.borrow() {
        let (at, of) = (env.clone(), corp.clone());
        let Some(closed) = store.read_statistics(corp, move |tx| keep::roll_up_one(tx, &at, &of)).await?
        else {
            break;
        };
        let at = env.clone();
        store.write(corp, signature(env), move |tx| keep::keep(tx, &at, &closed)).await?;
    }
    let of = corp.clone();
    repeat(store, env, corp, stopping, move |tx| keep::bring_one_to_date(tx, &of)).await?;
    while !*stopping.borrow() {
        let (at, of) = (env.clone(), corp.clone());
        let Some(closed) = store.read_statistics(corp, move |tx| year::roll_up_one(tx, &at, &of)).await?
        else {
            break;
        };
        store.write(corp, signature(env), move |tx| year::keep(tx, &closed)).await?;
    }
    let (at, of) = (env.clone(), corp.clone());
    repeat(store, env, corp, stopping, move |tx| keep::prune_one(tx, &at, &of)).await
}

fn signature(env: &Env) -> Signature {
    Signature::server(env, "statistics.close")
}

/// The same unit again and again while there is something to do.
async fn repeat(
    store: &Store,
    env: &Env,
    corp: &CorpId,
    stopping: &watch::Receiver<bool>,
    step: impl Fn(&mut Tx<'_>) -> Result<bool> + Clone + Send + 'static,
) -> Result<()> {
    while !*stopping.borrow() && store.write(corp, signature(env), step.clone()).await? {}
    Ok(())
}
