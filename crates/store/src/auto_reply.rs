//! Automatic replies of service accounts.

use std::sync::Arc;

use carillon_model::{
    chat::AutoReplies,
    error::{Error, Result},
    id::{AccountId, CorpId},
};

use crate::{state::CorpState, state_change::StateChange, tx::Tx};

impl Tx<'_> {
    /// Replaces the automatic replies of an account.
    pub fn set_auto_replies(
        &mut self,
        corp: &CorpId,
        account: &AccountId,
        replies: AutoReplies,
    ) -> Result<()> {
        let text = serde_json::to_string(&replies).map_err(Error::internal)?;
        self.execute(
            "INSERT INTO auto_reply (corp_id, unionid, replies) VALUES (?1, ?2, ?3)
             ON CONFLICT (corp_id, unionid) DO UPDATE SET replies = ?3",
            &[corp.into(), account.into(), (&text).into()],
        )?;
        self.apply(corp, StateChange::AutoRepliesSet { account: account.clone(), replies: Arc::new(replies) })
    }

    pub(crate) fn load_auto_replies(&mut self, state: &mut CorpState) -> Result<()> {
        let all = self.all(
            "SELECT unionid, replies FROM auto_reply WHERE corp_id = ?1",
            &[(&state.corp.id).into()],
            |row| {
                let replies = serde_json::from_str(&row.get::<String>(1)?).map_err(Error::internal)?;
                Ok((row.get::<AccountId>(0)?, Arc::new(replies)))
            },
        )?;
        for (account, replies) in all {
            state.put_auto_replies(&account, replies);
        }
        Ok(())
    }
}

impl CorpState {
    /// Sets the replies of an account. Accounts without replies are not in the map.
    pub(crate) fn put_auto_replies(&mut self, account: &AccountId, replies: Arc<AutoReplies>) {
        if replies.is_empty() {
            self.auto_replies.remove(account);
        } else {
            self.auto_replies.insert(account.clone(), replies);
        }
    }

    /// The automatic replies of an account.
    pub fn auto_replies(&self, account: &AccountId) -> Arc<AutoReplies> {
        self.auto_replies.get(account).map(Arc::clone).unwrap_or_default()
    }
}
