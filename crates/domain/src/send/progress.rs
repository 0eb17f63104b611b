//! How far a send got.

use carillon_model::{
    error::{Error, Result, Rule},
    id::{AccountId, CorpId, TaskId},
};
use carillon_store::{SendRow, Tx};

/// A send with its readers.
#[derive(Clone, Debug)]
pub struct Progress {
    /// The send.
    pub send: SendRow,
    /// Receivers who have read it.
    pub readers: u64,
}

/// How many received a send of an account, and how many of them have read it.
pub fn progress(tx: &mut Tx<'_>, corp: &CorpId, account: &AccountId, task: &TaskId) -> Result<Progress> {
    tx.state().corp(corp)?.account(account)?;
    let send = tx.send_by_task(corp, account, task)?.ok_or(Error::Rule(Rule::UnknownTask))?;
    let readers = tx.readers_of(corp, send.seq)?.len();
    Ok(Progress { send, readers })
}
