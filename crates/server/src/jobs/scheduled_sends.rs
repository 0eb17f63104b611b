//! Sends scheduled messages.

use std::sync::Arc;

use carillon_domain::send::{self, DueOutcome};
use carillon_model::{
    audit::Signature,
    env::Env,
    error::{Error, Result},
    id::{CorpId, TaskId},
};
use carillon_store::Store;

use super::Next;

/// The number of sends in one turn.
const BATCH_SIZE: i64 = 16;

/// Sends the due messages.
pub async fn take_turn(store: Arc<Store>, env: Env, corp: CorpId) -> Result<Next> {
    let (now, corp_id) = (env.now(), corp.clone());
    let due = store.read(&corp, move |tx| tx.scheduled_due(&corp_id, now, BATCH_SIZE)).await?;
    let more = i64::try_from(due.len()).is_ok_and(|count| count >= BATCH_SIZE);
    for task in due {
        send_one(&store, &env, &corp, task).await?;
    }
    if more {
        return Ok(Next::Now);
    }
    let corp_id = corp.clone();
    let next = store.read(&corp, move |tx| tx.next_scheduled(&corp_id)).await?;
    Ok(next.map_or(Next::WhenNotified, Next::At))
}

/// A failure rolls back the unit of work that sends, so it is recorded in another one. After a crash in between, the send is still
/// waiting and is retried. Only a store that cannot record the failure blocks the other sends.
async fn send_one(store: &Store, env: &Env, corp: &CorpId, task: TaskId) -> Result<()> {
    let (corp_id, task_id, tx_env) = (corp.clone(), task.clone(), env.clone());
    let signature = Signature::server(env, "send.due");
    let sent =
        store.write(corp, signature.clone(), move |tx| send::send_due(tx, &tx_env, &corp_id, &task_id));
    let error = match sent.await {
        Ok(DueOutcome::Held) => {
            tracing::warn!(corp = corp.as_str(), %task, "a scheduled send is overdue, and waits for an operator");
            return Ok(());
        }
        Ok(DueOutcome::SentLate) => {
            tracing::warn!(corp = corp.as_str(), %task, "an overdue scheduled send was sent: no operator can decide");
            return Ok(());
        }
        Ok(DueOutcome::Sent | DueOutcome::Unchanged) => return Ok(()),
        Err(error) => error,
    };
    let is_internal = matches!(error, Error::Internal(_));
    if is_internal {
        tracing::error!(corp = corp.as_str(), %task, %error, "a scheduled send failed");
    } else {
        tracing::warn!(corp = corp.as_str(), %task, %error, "a scheduled send was refused");
    }
    let (corp_id, env) = (corp.clone(), env.clone());
    let recorded = store.write(corp, signature, move |tx| {
        if is_internal {
            send::postpone(tx, &env, &corp_id, &task, &error)
        } else {
            send::fail(tx, &corp_id, &task, &error.to_string())
        }
    });
    recorded.await
}
