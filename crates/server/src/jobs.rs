//! What the server does on its own time.

use std::{sync::Arc, time::Duration};

use carillon_domain::{activity, inbox, send};
use carillon_model::{
    audit::Signature,
    env::Env,
    error::{Error, Result},
    id::{CorpId, TaskId},
};
use carillon_store::{Store, Tx};
use tokio::sync::watch;

/// Receipts and visits wait at most so long before they are folded.
const FOLD_EVERY: Duration = Duration::from_secs(30);

/// Folds receipts and visits until the server stops.
pub async fn fold(store: Arc<Store>, env: Env, mut stopping: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(FOLD_EVERY) => {}
            _ = stopping.wait_for(|stopping| *stopping) => return,
        }
        let corps: Vec<CorpId> = store.state().corps.keys().cloned().collect();
        for corp in corps {
            fold_all(&store, &env, &corp, "receipts", inbox::fold_receipts).await;
            fold_all(&store, &env, &corp, "visits", activity::fold).await;
        }
    }
}

/// Folds until nothing waits; `what` is folded is for the log.
async fn fold_all(
    store: &Store,
    env: &Env,
    corp: &CorpId,
    what: &'static str,
    fold: fn(&mut Tx<'_>, &CorpId) -> Result<bool>,
) {
    loop {
        let of = corp.clone();
        match store.write(corp, Signature::server(env, "fold"), move |tx| fold(tx, &of)).await {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                tracing::error!(%error, what, "could not be folded");
                break;
            }
        }
    }
}

/// Sends for later are at most so late.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Sends for later that are looked up at once.
const DUE_AT_ONCE: i64 = 64;
/// After a fault of the server's own, nothing is sent for so long.
const AFTER_A_FAULT: Duration = Duration::from_secs(30);

/// Sends what was stored for later when its time has come, until the server stops.
pub async fn send_due(store: Arc<Store>, env: Env, mut stopping: watch::Receiver<bool>) {
    let mut wait = LOOK_EVERY;
    loop {
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = stopping.wait_for(|stopping| *stopping) => return,
        }
        wait = match send_all_due(&store, &env).await {
            Ok(()) => LOOK_EVERY,
            Err(error) => {
                tracing::error!(%error, "sends for later wait: trying again");
                AFTER_A_FAULT
            }
        };
    }
}

async fn send_all_due(store: &Arc<Store>, env: &Env) -> Result<()> {
    loop {
        let now = env.now();
        let due = store.read_registry(move |tx| tx.scheduled_due(now, DUE_AT_ONCE)).await?;
        if due.is_empty() {
            return Ok(());
        }
        for (corp, task) in due {
            send_one(store, env, corp, task).await?;
        }
    }
}

/// A refusal undoes the unit of work that was to send, so that it is noted in one of its own. When the server dies in
/// between, it finds the send waiting again, and is refused again.
async fn send_one(store: &Store, env: &Env, corp: CorpId, task: TaskId) -> Result<()> {
    let (of, which, world) = (corp.clone(), task.clone(), env.clone());
    let signature = Signature::server(env, "send.due");
    let sent = store.write(&corp, signature.clone(), move |tx| send::send_due(tx, &world, &of, &which));
    match sent.await {
        Err(Error::Internal(what)) => Err(Error::Internal(what)),
        Err(refused) => {
            tracing::warn!(%task, %refused, "a send for later was refused");
            let of = corp.clone();
            store.write(&corp, signature, move |tx| send::fail(tx, &of, &task, &refused)).await
        }
        Ok(()) => Ok(()),
    }
}
