//! Sends for later: stored with whom they name, sent once when their time comes.

use carillon_model::{
    audit::{Change, Subject},
    env::Env,
    error::{Error, Result, Rule},
    id::{AccountId, CorpId, TaskId},
    message::SendStatus,
    time::{DAY_MS, Timestamp},
};
use carillon_store::{ScheduledSend, Tx};

use super::create::{NewSend, check, create_as};
use crate::mint;

/// How far ahead a send can be planned, in days.
pub const MAX_DAYS_AHEAD: i64 = 366;

/// Stores a send for later. What can be refused now is refused now; whom it reaches, and whether the quotas allow it, is
/// decided when its time has come.
pub fn schedule(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    new: NewSend,
    due_at: Timestamp,
) -> Result<TaskId> {
    let now = env.now();
    if due_at <= now {
        return Err(Error::invalid("send_time", "must be in the future"));
    }
    if due_at > now.plus_ms(MAX_DAYS_AHEAD * DAY_MS) {
        return Err(Error::invalid("send_time", format!("must be at most {MAX_DAYS_AHEAD} days ahead")));
    }
    check(tx, env, corp, &new)?;
    let send = ScheduledSend {
        task: mint::task_id(env),
        account: new.account,
        uuid: new.uuid,
        app_key: new.app_key,
        created_at: now,
        due_at,
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

/// Calls a waiting send off. One whose time has come but that is not sent yet can still be called off.
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

/// Sends what was stored for later, if its time has come: it leaves the waiting ones and is sent in one unit of work, so
/// that neither can happen without the other, nor twice. A refusal is for the caller to note with [`fail`], since this unit
/// of work is undone then.
pub fn send_due(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, task: &TaskId) -> Result<()> {
    let Some(waiting) = tx.scheduled(corp, task)?.filter(|send| send.due_at <= env.now()) else {
        return Ok(());
    };
    tx.delete_scheduled(corp, task)?;
    let new = NewSend {
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
    };
    create_as(tx, env, corp, new, waiting.task, Some(waiting.created_at))?;
    Ok(())
}

/// Notes that a waiting send was refused when its time had come, and why.
pub fn fail(tx: &mut Tx<'_>, corp: &CorpId, task: &TaskId, reason: &Error) -> Result<()> {
    let reason = reason.to_string();
    if tx.end_scheduled(corp, task, SendStatus::Failed, Some(&reason))? {
        let change = Change::updated(Subject::Send, task);
        tx.changed(corp, change.between("status", "waiting", "failed").between("reason", "", &reason));
    }
    Ok(())
}
