//! Scheduled sends that are overdue: who decides about them, and what can be decided.

use carillon_model::{
    audit::{Change, Subject},
    env::Env,
    error::{Error, Result, Rule},
    id::{AccountId, CorpId, TaskId},
    operator::OperatorRole,
    time::{DAY_MS, MINUTE_MS, Timestamp},
};
use carillon_store::{ScheduledSend, Tx};

use super::{
    create::create_as,
    draft::is_quiet,
    schedule::{MAX_DAYS_AHEAD, new_send},
};
use crate::operator;

/// The roles that decide about scheduled sends.
const ROLES: &[OperatorRole] = &[OperatorRole::Sender];

/// Who decides about a scheduled send. Quiet hours are for operators alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecidedBy {
    /// An operator, in the console or by an operation.
    Operator,
    /// An app, or the command line.
    Program,
}

/// Returns true if a send that is due may not leave by itself: it is later than `overdue_minutes`, or came due before its organisation
/// was restored from a backup, so that the server that the backup is of may have sent it.
pub(super) fn is_overdue(tx: &Tx<'_>, env: &Env, corp: &CorpId, due_at: Timestamp) -> Result<bool> {
    if tx.state().corp(corp)?.restoration.is_some_and(|restoration| due_at <= restoration.restored_at) {
        return Ok(true);
    }
    let limit_ms = i64::try_from(env.settings.send.overdue_minutes).unwrap_or(i64::MAX);
    let limit_ms = limit_ms.saturating_mul(MINUTE_MS);
    Ok(limit_ms > 0 && env.now().0.saturating_sub(due_at.0) > limit_ms)
}

/// Returns true if an operator may decide about the scheduled sends of an account.
pub(super) fn has_decider(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId) -> Result<bool> {
    Ok(operator::list(tx, corp)?.iter().any(|operator| {
        operator.granted.may_for(ROLES, account)
            || operator.by_groups.may_for(ROLES, account)
            || operator.operated.contains(account)
    }))
}

/// Holds an overdue send until an operator decides.
pub(super) fn hold(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, send: &ScheduledSend) -> Result<()> {
    if tx.hold_scheduled(corp, &send.task, env.now())? {
        let change = Change::updated(Subject::Send, &send.task).between("status", "waiting", "held");
        tx.changed(corp, change.between("due_at", "", send.due_at.0));
    }
    Ok(())
}

/// Sends a scheduled send now, whether it is held or its time has not come yet.
///
/// # Errors
/// [`Rule::UnknownTask`]; [`Rule::NotWaiting`]; [`Rule::QuietHours`]; those of a send, after which it still waits.
pub fn send_now(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    task: &TaskId,
    by: DecidedBy,
) -> Result<()> {
    let send = waiting(tx, env, corp, account, task)?;
    require_no_quiet_hours(tx, corp, account, env.now(), by)?;
    let is_late = send.held_at.is_some() || is_overdue(tx, env, corp, send.due_at)?;
    let was = if is_late { "held" } else { "waiting" };
    let (due_at, requested_at) = (send.due_at, send.created_at);
    tx.delete_scheduled(corp, task)?;
    create_as(tx, env, corp, new_send(send), task.clone(), Some(requested_at), is_late.then_some(due_at))?;
    let change = Change::updated(Subject::Send, task).between("status", was, "sent");
    tx.changed(corp, change.between("due_at", due_at.0, env.now().0));
    Ok(())
}

/// Moves a scheduled send to another time. It keeps its id and its approval, and is not held any more.
///
/// # Errors
/// An invalid `send_time`; [`Rule::UnknownTask`]; [`Rule::NotWaiting`]; [`Rule::QuietHours`].
pub fn move_to(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    (account, task): (&AccountId, &TaskId),
    due_at: Timestamp,
    by: DecidedBy,
) -> Result<()> {
    require_future(env, due_at)?;
    let send = waiting(tx, env, corp, account, task)?;
    require_no_quiet_hours(tx, corp, account, due_at, by)?;
    tx.move_scheduled(corp, task, due_at)?;
    let was = if send.held_at.is_some() { "held" } else { "waiting" };
    let change = Change::updated(Subject::Send, task).between("status", was, "waiting");
    tx.changed(corp, change.between("due_at", send.due_at.0, due_at.0));
    Ok(())
}

/// Refuses a time that has come already or is too far ahead.
pub(super) fn require_future(env: &Env, due_at: Timestamp) -> Result<()> {
    let now = env.now();
    if due_at <= now {
        return Err(Error::invalid("send_time", "must be in the future"));
    }
    if due_at > now.plus_ms(MAX_DAYS_AHEAD * DAY_MS) {
        return Err(Error::invalid(
            "send_time",
            format!("must not be more than {MAX_DAYS_AHEAD} days ahead"),
        ));
    }
    Ok(())
}

fn waiting(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    task: &TaskId,
) -> Result<ScheduledSend> {
    tx.state().corp(corp)?.account(account)?;
    if tx.send_record(corp, account, task, env.now())?.is_none() {
        return Err(Rule::UnknownTask.into());
    }
    tx.scheduled(corp, task)?.ok_or_else(|| Rule::NotWaiting.into())
}

fn require_no_quiet_hours(
    tx: &mut Tx<'_>,
    corp: &CorpId,
    account: &AccountId,
    at: Timestamp,
    by: DecidedBy,
) -> Result<()> {
    let policy = tx.send_policy(corp, account)?;
    if by == DecidedBy::Operator && is_quiet(tx, corp, &policy, at)? {
        return Err(Rule::QuietHours.into());
    }
    Ok(())
}
