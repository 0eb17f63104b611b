//! Recalls sends.

use std::sync::Arc;

use carillon_model::{
    audit::{Change, Subject},
    env::Env,
    error::{Error, Result, Rule},
    id::{AccountId, CorpId, TaskId},
    time::DAY_MS,
};
use carillon_store::{LiveEvent, Tx};

/// Recalls a send within 24 hours. It disappears from inboxes, and from open pages at once. Sends of a disabled account can still
/// be recalled.
pub fn recall(tx: &mut Tx<'_>, env: &Env, corp: &CorpId, account: &AccountId, task: &TaskId) -> Result<()> {
    tx.state().corp(corp)?.account(account)?;
    let send = tx.send_by_task(corp, account, task)?.ok_or(Error::Rule(Rule::UnknownTask))?;
    if send.recalled_at.is_some() {
        return Err(Rule::AlreadyRecalled.into());
    }
    let now = env.now();
    if now >= send.created_at.plus_ms(DAY_MS) {
        return Err(Rule::RecallTooLate.into());
    }
    let audience = Arc::new(tx.audience_of(corp, send.seq)?);
    tx.recall_send(corp, account, send.seq, now)?;
    tx.changed(corp, Change::updated(Subject::Send, task).between("recalled", false, true));
    tx.announce(LiveEvent::Recalled {
        corp: corp.clone(),
        account: account.clone(),
        task: task.clone(),
        audience,
    });
    Ok(())
}
