//! Progress of a send.

use carillon_model::{
    env::Env,
    error::{Error, Result, Rule},
    id::{AccountId, CorpId, TaskId},
};
use carillon_store::{SendRecord, SendRow, Tx};

/// A send with the number of its readers.
#[derive(Clone, Debug)]
pub struct Progress {
    /// The send.
    pub record: SendRecord,
    /// The sent message. None if it was not sent yet.
    pub sent: Option<SendRow>,
    /// Number of receivers who have read it.
    pub readers: u64,
}

/// Returns the progress of an account's send: its state, and the numbers of receivers and readers.
pub fn progress(
    tx: &mut Tx<'_>,
    env: &Env,
    corp: &CorpId,
    account: &AccountId,
    task: &TaskId,
) -> Result<Progress> {
    tx.state().corp(corp)?.account(account)?;
    let record = tx.send_record(corp, account, task, env.now())?.ok_or(Error::Rule(Rule::UnknownTask))?;
    let sent = tx.send_by_task(corp, account, task)?;
    let readers = match &sent {
        Some(sent) => tx.count_readers(corp, sent.seq)?,
        None => 0,
    };
    Ok(Progress { record, sent, readers })
}
