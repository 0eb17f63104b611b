//! Scheduled sends. A send is stored with the receivers that it names, and sent once when it is due.

use carillon_model::{
    audit::{Change, Subject},
    env::Env,
    error::{Error, Result, Rule},
    id::{AccountId, CorpId, TaskId},
    message::SendStatus,
    time::{MINUTE_MS, SECOND_MS, Timestamp},
};
use carillon_store::{ScheduledSend, Tx};

use super::{
    create::{NewSend, check, create_as},
    overdue,
};
use crate::mint;

/// Waits after attempts that failed by a fault of the server, in ms. After the last of them the send has failed.
const RETRY_AFTER_MS: [i64; 4] = [10 * SECOND_MS, MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS];

/// Maximum number of days ahead.
pub const MAX_DAYS_AHEAD: i64 = 366;

/// Stores a send for later. Everything that can be checked now is checked now. Its audience and the quotas are determined when it
/// is due.
pub fn schedule(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    new: NewSend,
    due_at: Timestamp,
) -> Result<TaskId> {
    let now = env.now();
    overdue::require_future(env, due_at)?;
    check(tx, env, corp, &new)?;
    let send = ScheduledSend {
        task: mint::task_id(env),
        account: new.account,
        uuid: new.uuid,
        app_key: new.app_key,
        created_at: now,
        due_at,
        held_at: None,
        preview: new.preview,
        allow_comment: new.allow_comment,
        comment_type: new.comment_type,
        show_homepage: new.show_homepage,
        source: new.source,
        operator: new.operator,
        message: new.message,
        named: new.receivers,
    };
    tx.insert_scheduled(corp, &send)?;
    let change = Change::created(Subject::Send, &send.task)
        .with("account", &send.account)
        .with("uuid", &send.uuid)
        .with("due_at", send.due_at.0);
    tx.changed(corp, change);
    Ok(send.task)
}

/// Cancels a scheduled send. One that is held, or due but not sent yet, can still be cancelled.
pub fn cancel(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, account: &AccountId, task: &TaskId) -> Result<()> {
    tx.state().corp(corp)?.account(account)?;
    if tx.send_record(corp, account, task, env.now())?.is_none() {
        return Err(Rule::UnknownTask.into());
    }
    if !tx.end_scheduled(corp, task, SendStatus::Recalled, None)? {
        return Err(Rule::NotWaiting.into());
    }
    tx.changed(corp, Change::updated(Subject::Send, task).between("status", "waiting", "called off"));
    Ok(())
}

/// What became of a scheduled send at its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueOutcome {
    /// It was sent.
    Sent,
    /// It was sent late, since the account has no operator who could decide. Its record says so.
    SentLate,
    /// It is overdue, and held for an operator.
    Held,
    /// It does not wait any more, is held already, or is not due.
    Unchanged,
}

/// Sends a scheduled send if it is due, or holds it if it is overdue and an operator can decide. Removing it from the schedule and sending it are one unit of work, so neither happens
/// without the other, nor twice. If it is refused, this unit of work is rolled back, and the caller records the refusal with
/// [`fail`]. A fault of the server has to be recorded with [`postpone`].
pub fn send_due(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, task: &TaskId) -> Result<DueOutcome> {
    let is_due = |send: &ScheduledSend| send.due_at <= env.now() && send.held_at.is_none();
    let Some(waiting) = tx.scheduled(corp, task)?.filter(is_due) else { return Ok(DueOutcome::Unchanged) };
    let is_overdue = overdue::is_overdue(tx, env, corp, waiting.due_at)?;
    if is_overdue && overdue::has_decider(tx, corp, &waiting.account)? {
        overdue::hold(tx, env, corp, &waiting)?;
        return Ok(DueOutcome::Held);
    }
    let (due_at, requested_at) = (waiting.due_at, waiting.created_at);
    let overdue_since = is_overdue.then_some(due_at);
    tx.delete_scheduled(corp, task)?;
    create_as(tx, env, corp, new_send(waiting), task.clone(), Some(requested_at), overdue_since)?;
    if !is_overdue {
        return Ok(DueOutcome::Sent);
    }
    let change = Change::updated(Subject::Send, task).between("status", "waiting", "sent late");
    tx.changed(corp, change.between("due_at", due_at.0, env.now().0));
    Ok(DueOutcome::SentLate)
}

/// The send that a scheduled one becomes.
pub(super) fn new_send(waiting: ScheduledSend) -> NewSend {
    NewSend {
        account: waiting.account,
        uuid: waiting.uuid,
        app_key: waiting.app_key,
        message: waiting.message,
        receivers: waiting.named,
        preview: waiting.preview,
        allow_comment: waiting.allow_comment,
        comment_type: waiting.comment_type,
        show_homepage: waiting.show_homepage,
        source: waiting.source,
        operator: waiting.operator,
    }
}

/// Records that a scheduled send could not be sent by a fault of the server, for example a damaged row. It is retried later, and
/// fails after the last attempt.
pub fn postpone(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, task: &TaskId, fault: &Error) -> Result<()> {
    let Some(failed) = tx.scheduled_attempts(corp, task)? else { return Ok(()) };
    let wait_ms = usize::try_from(failed).ok().and_then(|failed| RETRY_AFTER_MS.get(failed)).copied();
    let next_at = env.now().plus_ms(env.jittered(wait_ms.unwrap_or_default(), 10));
    tx.postpone_scheduled(corp, task, next_at, &fault.to_string())?;
    match wait_ms {
        Some(_) => Ok(()),
        // The exact fault is for the log and the row only: it may contain more than the sender may see.
        None => {
            let attempts = RETRY_AFTER_MS.len() + 1;
            fail(tx, corp, task, &format!("an internal error of the server, in {attempts} attempts"))
        }
    }
}

/// Records that a scheduled send has failed, with the reason.
pub fn fail(tx: &mut Tx<'_>, corp: &CorpId, task: &TaskId, reason: &str) -> Result<()> {
    if tx.end_scheduled(corp, task, SendStatus::Failed, Some(reason))? {
        let change = Change::updated(Subject::Send, task);
        tx.changed(corp, change.between("status", "waiting", "failed").between("reason", "", reason));
    }
    Ok(())
}
