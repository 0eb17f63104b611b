//! Sends for later.

use std::sync::Arc;

use carillon_domain::send;
use carillon_model::{
    audit::Signature,
    env::Env,
    error::{Error, Result},
    id::{CorpId, TaskId},
};
use carillon_store::Store;

use super::Next;

/// Sends in one turn.
const AT_ONCE: i64 = 16;

/// Sends what is due.
pub async fn take_turn(store: Arc<Store>, env: Env, corp: CorpId) -> Result<Next> {
    let (now, of) = (env.now(), corp.clone());
    let due = store.read(&corp, move |tx| tx.scheduled_due(&of, now, AT_ONCE)).await?;
    let more = i64::try_from(due.len()).is_ok_and(|count| count >= AT_ONCE);
    for task in due {
        send_one(&store, &env, &corp, task).await?;
    }
    if more {
        return Ok(Next::Now);
    }
    let of = corp.clone();
    let next = store.read(&corp, move |tx| tx.next_scheduled(&of)).await?;
    Ok(next.map_or(Next::WhenTold, Next::At))
}

/// A failure undoes the unit of work that was to send, so that it is noted in one of its own. When the server dies in between, it
/// finds the send waiting, and tries again. Only a store that cannot note a failure either keeps other sends waiting.
async fn send_one(store: &Store, env: &Env, corp: &CorpId, task: TaskId) -> Result<()> {
    let (of, which, world) = (corp.clone(), task.clone(), env.clone());
    let signature = Signature::server(env, "send.due");
    let sent = store.write(corp, signature.clone(), move |tx| send::send_due(tx, &world, &of, &which));
    let Err(error) = sent.await else { return Ok(()) };
    let is_fault = matches!(error, Error::Internal(_));
    if is_fault {
        tracing::error!(corp = corp.as_str(), %task, %error, "a send for later could not be sent");
    } else {
        tracing::warn!(corp = corp.as_str(), %task, %error, "a send for later was refused");
    }
    let (of, env) = (corp.clone(), env.clone());
    let noted = store.write(corp, signature, move |tx| {
        if is_fault {
            send::postpone(tx, &env, &of, &task, &error)
        } else {
            send::fail(tx, &of, &task, &error.to_string())
        }
    });
    noted.await
}
